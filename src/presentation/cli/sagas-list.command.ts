import { Option, SubCommand } from 'nest-commander';
import { SagaQueries, type SagaFilter } from '../../application/saga/saga-queries';
import { SAGA_STATES, type SagaState } from '../../domain/saga/saga-state';
import { DEFAULT_LIMIT, oneOf } from './option-values';
import { Output } from './output';
import { PagedCommand, type PageOptions } from './paged-command';
import { ReadsOnly } from './reads-only';
import { sagasTable } from './saga-texts';

interface Options extends PageOptions, SagaFilter {}

@ReadsOnly()
@SubCommand({ name: 'list', description: 'list sagas, newest first' })
export class SagasListCommand extends PagedCommand {
  constructor(
    private readonly queries: SagaQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], options: Options): Promise<void> {
    const { json, limit = DEFAULT_LIMIT, cursor, ...filter } = options;
    const page = await this.page(this.queries.list(filter, limit, cursor ?? null));
    if (json === true) this.output.json(page);
    else if (page.data.length === 0) this.output.text('No sagas match.');
    else {
      const more = page.nextCursor === null ? '' : `\n\nThere are more: add --cursor ${page.nextCursor}`;
      this.output.text(`${sagasTable(page.data)}${more}`);
    }
  }

  @Option({ flags: '--state <state>', description: 'only those in this state', choices: [...SAGA_STATES] })
  parseState(text: string): SagaState {
    return oneOf('--state', text, SAGA_STATES);
  }

  @Option({ flags: '--kind <kind>', description: 'only those of this kind: refund' })
  parseKind(text: string): string {
    return text;
  }

  @Option({ flags: '--subject <id>', description: 'only those about this, such as ref_…' })
  parseSubject(text: string): string {
    return text;
  }

  @Option({ flags: '--attention', description: 'only those that a person must look at' })
  parseAttention(): true {
    return true;
  }
}
