import { Option, SubCommand } from 'nest-commander';
import { DisputeQueries, type DisputeFilter } from '../../application/dispute/dispute-queries';
import { DISPUTE_STATUSES, type DisputeStatus } from '../../domain/dispute/dispute-status';
import { disputesTable } from './dispute-texts';
import { DEFAULT_LIMIT, instantIn, oneOf } from './option-values';
import { Output } from './output';
import { PagedCommand, type PageOptions } from './paged-command';
import { ReadsOnly } from './reads-only';

type Options = PageOptions & DisputeFilter;

@ReadsOnly()
@SubCommand({ name: 'list', description: 'list disputes and inquiries, newest first' })
export class DisputesListCommand extends PagedCommand {
  constructor(
    private readonly queries: DisputeQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], options: Options): Promise<void> {
    const { json, limit = DEFAULT_LIMIT, cursor, ...filter } = options;
    const page = await this.page(this.queries.list(filter, limit, cursor ?? null));
    if (json === true) {
      this.output.json(page);
      return;
    }
    const narrowed = cursor !== undefined || Object.keys(filter).length > 0;
    const more = page.nextCursor === null ? '' : `\n\nThere are more: add --cursor ${page.nextCursor}`;
    const none = narrowed ? 'No disputes match.' : 'There are no disputes.';
    this.output.text(page.data.length === 0 ? none : `${disputesTable(page.data)}${more}`);
  }

  @Option({ flags: '--status <status>', description: 'only those in this status', choices: [...DISPUTE_STATUSES] })
  parseStatus(text: string): DisputeStatus {
    return oneOf('--status', text, DISPUTE_STATUSES);
  }

  @Option({ flags: '--payment <id>', description: 'only those of this payment' })
  parsePayment(text: string): string {
    return text;
  }

  @Option({ flags: '--due-before <time>', description: 'only those whose evidence is awaited until then' })
  parseDueBefore(text: string): Date {
    return instantIn('--due-before', text);
  }

  @Option({ flags: '--attention', description: 'only those that a person must look at' })
  parseAttention(): true {
    return true;
  }
}
