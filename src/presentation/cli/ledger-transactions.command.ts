import { Option, SubCommand } from 'nest-commander';
import { LedgerQueries, type LedgerFilter } from '../../application/ledger/ledger-queries';
import { ACCOUNT_NAMES, type Account } from '../../domain/ledger/account';
import { transactionsText } from './ledger-texts';
import { DEFAULT_LIMIT, oneOf } from './option-values';
import { Output } from './output';
import { ReadsOnly } from './reads-only';
import { PagedCommand, type PageOptions } from './paged-command';

interface Options extends PageOptions, LedgerFilter {}

@ReadsOnly()
@SubCommand({ name: 'transactions', description: 'list what was posted, newest first' })
export class LedgerTransactionsCommand extends PagedCommand {
  constructor(
    private readonly queries: LedgerQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], options: Options): Promise<void> {
    const { json, limit = DEFAULT_LIMIT, cursor = null, ...filter } = options;
    const page = await this.page(this.queries.transactions(filter, limit, cursor));
    if (json === true) this.output.json(page);
    else this.output.text(transactionsText(page));
  }

  @Option({ flags: '--payment <id>', description: 'only those of this payment' })
  parsePayment(text: string): string {
    return text;
  }

  @Option({ flags: '--source <id>', description: 'only those of this refund, dispute, payout or balance transaction' })
  parseSource(text: string): string {
    return text;
  }

  @Option({ flags: '--account <name>', description: 'only those with a posting to it', choices: [...ACCOUNT_NAMES] })
  parseAccount(text: string): Account {
    return oneOf('--account', text, ACCOUNT_NAMES);
  }
}
