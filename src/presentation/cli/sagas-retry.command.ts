import { SubCommand } from 'nest-commander';
import { RetrySaga } from '../../application/saga/retry-saga';
import { failed, notFound } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';

@SubCommand({
  name: 'retry',
  arguments: '<id>',
  argsDescription: { id: 'the saga, sag_…' },
  description: 'have a saga worked on at once, also one that failed',
})
export class SagasRetryCommand extends JsonCommand {
  constructor(
    private readonly retrySaga: RetrySaga,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], { json }: JsonOptions): Promise<void> {
    const result = await this.retrySaga.execute(id);
    if (!result.ok) {
      if (result.error.kind === 'saga_has_ended') throw failed('It has ended: there is nothing to try again.');
      throw notFound('No saga has this id (sag_…): see cashdesk sagas list.');
    }
    if (json === true) this.output.json({ retried: id });
    else this.output.text(`${id} is queued. See what comes of it: cashdesk sagas show ${id}.`);
  }
}
