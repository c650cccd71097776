import { SubCommand } from 'nest-commander';
import { RetryRecovery } from '../../application/recovery/retry-recovery';
import { JsonCommand, type JsonOptions } from './json-command';
import { operatingSystemUser } from './operating-system-user';
import { Output } from './output';
import { refusedToSettle, stillText } from './recovery-texts';

@SubCommand({
  name: 'retry',
  arguments: '<id>',
  argsDescription: { id: 'as recovery list shows it' },
  description: 'look now at what the sweeper would look at later, in the same way',
})
export class RecoveryRetryCommand extends JsonCommand {
  constructor(
    private readonly retryRecovery: RetryRecovery,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], { json }: JsonOptions): Promise<void> {
    const result = await this.retryRecovery.execute(id, `person:cli:${operatingSystemUser()}`);
    if (!result.ok) throw refusedToSettle(id, result.error);
    if (json === true) this.output.json({ settled: result.value === null, item: result.value });
    else this.output.text(result.value === null ? `${id} is settled.` : stillText(result.value));
  }
}
