import { Option, SubCommand } from 'nest-commander';
import type { LedgerFinding } from '../../application/ledger/ledger-audit';
import { VerifyLedger, type LedgerReport } from '../../application/ledger/verify-ledger';
import { GatewayUnavailable } from '../../application/shared/gateway-unavailable';
import { failed, unreachable } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';
import { ReadsOnly } from './reads-only';
import { properties } from './table';

interface Options extends JsonOptions {
  readonly stripe?: boolean;
}

@ReadsOnly()
@SubCommand({
  name: 'verify',
  description: "add the ledger up again, and compare it with what was mirrored and with Stripe's own list",
})
export class LedgerVerifyCommand extends JsonCommand {
  constructor(
    private readonly verify: VerifyLedger,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { json, stripe = true }: Options): Promise<void> {
    const report = await this.report(stripe);
    const differences = report.findings.filter(({ severity }) => severity === 'difference').length;
    if (json === true) this.output.json(report);
    else this.output.text(reportText(report));
    if (differences > 0) {
      throw failed(`The ledger has ${differences === 1 ? 'a difference' : `${String(differences)} differences`}.`);
    }
  }

  @Option({ flags: '--no-stripe', description: 'without asking Stripe' })
  parseStripe(): boolean {
    return false;
  }

  private async report(askStripe: boolean): Promise<LedgerReport> {
    try {
      return await this.verify.execute({ askStripe });
    } catch (error) {
      if (!(error instanceof GatewayUnavailable)) throw error;
      throw unreachable(`Stripe gives no list to compare with (${error.message}): try again, or add --no-stripe.`);
    }
  }
}

function reportText({ transactions, movements, compared, findings }: LedgerReport): string {
  const older = `${String(compared)} of them, older than three minutes, compared with Stripe`;
  const asked = compared === null ? 'Stripe was not asked' : older;
  const counts = `${String(transactions)} transactions, ${String(movements)} balance transactions, ${asked}.`;
  const verdict = findings.length === 0 ? 'Everything agrees.' : findings.map(findingText).join('\n\n');
  return `${counts}\n\n${verdict}`;
}

function findingText({ severity, kind, about, detail, cause, repair }: LedgerFinding): string {
  return properties([
    [severity === 'difference' ? 'DIFFERENCE' : 'Open', `${kind} of ${about}`],
    ['What', detail],
    ['Cause', cause],
    ['Repair', repair],
  ]);
}
