import { SubCommand } from 'nest-commander';
import { ShowSaga } from '../../application/saga/show-saga';
import { notFound } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';
import { ReadsOnly } from './reads-only';
import { sagaText } from './saga-texts';

@ReadsOnly()
@SubCommand({
  name: 'show',
  arguments: '<id>',
  argsDescription: { id: 'the saga, sag_…' },
  description: 'show a saga, its steps, and what a person can do',
})
export class SagasShowCommand extends JsonCommand {
  constructor(
    private readonly showSaga: ShowSaga,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], { json }: JsonOptions): Promise<void> {
    const shown = await this.showSaga.execute(id);
    if (shown === null) throw notFound('No saga has this id (sag_…): see cashdesk sagas list.');
    if (json === true) this.output.json(shown);
    else this.output.text(sagaText(shown));
  }
}
