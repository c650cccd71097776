import { Option, SubCommand } from 'nest-commander';
import { RefundQueries, type RefundFilter } from '../../application/refund/refund-queries';
import { REFUND_STATUSES, type RefundStatus } from '../../domain/refund/refund-status';
import { DEFAULT_LIMIT, oneOf } from './option-values';
import { Output } from './output';
import { PagedCommand, type PageOptions } from './paged-command';
import { ReadsOnly } from './reads-only';
import { refundsTable } from './refund-request-texts';

interface Options extends PageOptions, Pick<RefundFilter, 'status' | 'attention'> {
  readonly payment?: string;
}

@ReadsOnly()
@SubCommand({ name: 'list', description: 'list refunds, newest first' })
export class RefundsListCommand extends PagedCommand {
  constructor(
    private readonly queries: RefundQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], options: Options): Promise<void> {
    const { json, limit = DEFAULT_LIMIT, cursor, payment, ...rest } = options;
    const filter = { ...rest, ...(payment === undefined ? {} : { paymentId: payment }) };
    const page = await this.page(this.queries.list(filter, limit, cursor ?? null));
    if (json === true) this.output.json(page);
    else if (page.data.length === 0) this.output.text('No refunds match.');
    else {
      const more = page.nextCursor === null ? '' : `\n\nThere are more: add --cursor ${page.nextCursor}`;
      this.output.text(`${refundsTable(page.data)}${more}`);
    }
  }

  @Option({ flags: '--status <status>', description: 'only those in this status', choices: [...REFUND_STATUSES] })
  parseStatus(text: string): RefundStatus {
    return oneOf('--status', text, REFUND_STATUSES);
  }

  @Option({ flags: '--payment <id>', description: 'only those of this payment' })
  parsePayment(text: string): string {
    return text;
  }

  @Option({ flags: '--attention', description: 'only those that a person must look at' })
  parseAttention(): true {
    return true;
  }
}
