import { Option, SubCommand } from 'nest-commander';
import { PaymentQueries, type PaymentFilter } from '../../application/payment/payment-queries';
import type { Page } from '../../application/shared/page';
import type { PaymentView } from '../../application/payment/payment-view';
import { PAYMENT_STATUSES } from '../../domain/payment/payment-status';
import { currencyIn, DEFAULT_LIMIT, oneOf } from './option-values';
import { Output } from './output';
import { PagedCommand, type PageOptions } from './paged-command';
import { paymentsTable } from './payment-texts';
import { ReadsOnly } from './reads-only';

const STATUSES = [...PAYMENT_STATUSES, 'unknown'] as const;

interface Options extends PageOptions, Pick<PaymentFilter, 'status' | 'reference' | 'customer' | 'currency'> {
  readonly attention?: true;
}

@ReadsOnly()
@SubCommand({ name: 'list', description: 'list payments, newest first' })
export class PaymentsListCommand extends PagedCommand {
  constructor(
    private readonly queries: PaymentQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], options: Options): Promise<void> {
    const { json, limit = DEFAULT_LIMIT, cursor, ...filter } = options;
    const page = await this.page(this.queries.list(filter, limit, cursor ?? null));
    if (json === true) this.output.json(page);
    else this.output.text(textOf(page, cursor !== undefined || Object.keys(filter).length > 0));
  }

  @Option({ flags: '--status <status>', description: 'only those in this status', choices: [...STATUSES] })
  parseStatus(text: string): (typeof STATUSES)[number] {
    return oneOf('--status', text, STATUSES);
  }

  @Option({ flags: '--reference <reference>', description: 'only those for this reference' })
  parseReference(text: string): string {
    return text;
  }

  @Option({ flags: '--customer <id>', description: 'only those made for this customer' })
  parseCustomer(text: string): string {
    return text;
  }

  @Option({ flags: '--currency <code>', description: 'only those in this currency' })
  parseCurrency(text: string): string {
    return currencyIn(text);
  }

  @Option({ flags: '--attention', description: 'only those that a person must look at' })
  parseAttention(): true {
    return true;
  }
}

function textOf({ data, nextCursor }: Page<PaymentView>, narrowed: boolean): string {
  if (data.length === 0) return narrowed ? 'No payments match.' : 'There are no payments yet.';
  const more = nextCursor === null ? '' : `\n\nThere are more: add --cursor ${nextCursor}`;
  return `${paymentsTable(data)}${more}`;
}
