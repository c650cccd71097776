import { Option, SubCommand } from 'nest-commander';
import { SettleRecovery, type Proof } from '../../application/recovery/settle-recovery';
import { wrongUsage } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { operatingSystemUser } from './operating-system-user';
import { Output } from './output';
import { refusedToSettle } from './recovery-texts';

interface Options extends JsonOptions {
  readonly note?: string;
  readonly intent?: string;
  readonly refund?: string;
  readonly setup?: string;
  readonly dispute?: string;
  readonly effect?: boolean;
}

const MOST_NOTE = 2_000;

@SubCommand({
  name: 'settle',
  arguments: '<id>',
  argsDescription: { id: 'as recovery list shows it' },
  description: 'settle what a person has found out: Stripe has to show it',
})
export class RecoverySettleCommand extends JsonCommand {
  constructor(
    private readonly settleRecovery: SettleRecovery,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], options: Options): Promise<void> {
    const { note = '', json } = options;
    if (note.trim() === '') throw wrongUsage('--note is needed: it says how you know, and is kept.');
    if (note.length > MOST_NOTE) throw wrongUsage(`--note may have ${String(MOST_NOTE)} characters.`);
    const result = await this.settleRecovery.execute({
      id,
      proof: proofIn(options),
      note,
      by: `cli:${operatingSystemUser()}`,
    });
    if (!result.ok) throw refusedToSettle(id, result.error);
    if (json === true) this.output.json({ id, settled: true });
    else this.output.text(`${id} is settled.`);
  }

  @Option({ flags: '--note <text>', description: 'how you know; kept for staff' })
  parseNote(text: string): string {
    return text;
  }

  @Option({ flags: '--intent <id>', description: 'the attempt made or changed this payment intent, pi_…' })
  parseIntent(text: string): string {
    return text;
  }

  @Option({ flags: '--refund <id>', description: 'the refund is this one at Stripe, re_…' })
  parseRefund(text: string): string {
    return text;
  }

  @Option({ flags: '--setup <id>', description: 'the setup is this one at Stripe, seti_…' })
  parseSetup(text: string): string {
    return text;
  }

  @Option({ flags: '--dispute <id>', description: 'this dispute has the evidence, du_…' })
  parseDispute(text: string): string {
    return text;
  }

  @Option({ flags: '--no-effect', description: 'nothing happened, and nothing can any more' })
  parseNoEffect(): boolean {
    return false;
  }
}

function proofIn({ intent, refund, setup, dispute, effect }: Options): Proof {
  const objects = [intent, refund, setup, dispute].filter((object) => object !== undefined);
  if (objects.length + (effect === false ? 1 : 0) > 1) {
    throw wrongUsage('Give one of --intent, --refund, --setup, --dispute and --no-effect.');
  }
  const [object] = objects;
  if (object !== undefined) return { kind: 'object', object };
  return effect === false ? { kind: 'no_effect' } : { kind: 'looked_into' };
}
