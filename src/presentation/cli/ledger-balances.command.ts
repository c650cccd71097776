import { Option, SubCommand } from 'nest-commander';
import { LedgerQueries } from '../../application/ledger/ledger-queries';
import { JsonCommand, type JsonOptions } from './json-command';
import { balancesText } from './ledger-texts';
import { timeIn } from './option-values';
import { Output } from './output';
import { ReadsOnly } from './reads-only';

interface Options extends JsonOptions {
  readonly at?: Date;
  readonly asKnownAt?: Date;
}

@ReadsOnly()
@SubCommand({ name: 'balances', description: 'what each account holds, now or at any time before' })
export class LedgerBalancesCommand extends JsonCommand {
  constructor(
    private readonly queries: LedgerQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { json, at = new Date(), asKnownAt }: Options): Promise<void> {
    const data = await this.queries.balances({ at, ...(asKnownAt === undefined ? {} : { asKnownAt }) });
    if (json === true) this.output.json({ at: at.toISOString(), data });
    else this.output.text(balancesText(data));
  }

  @Option({ flags: '--at <time>', description: 'what had taken effect by then, such as 2026-12-31T23:59:59Z' })
  parseAt(text: string): Date {
    return timeIn('--at', text);
  }

  @Option({ flags: '--as-known-at <time>', description: 'only what was recorded by then' })
  parseAsKnownAt(text: string): Date {
    return timeIn('--as-known-at', text);
  }
}
