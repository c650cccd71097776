import type { Clock } from '../shared/clock';
import type { BalanceGateway } from './balance-gateway';
import type { LedgerAudit, LedgerFinding } from './ledger-audit';

export interface LedgerReport {
  readonly transactions: number;
  readonly movements: number;
  /** Of Stripe's own list; null when Stripe was not asked. */
  readonly compared: number | null;
  readonly findings: readonly LedgerFinding[];
}

/** What is younger may not have been mirrored yet, in milliseconds. */
const MIRRORED_WITHIN = 180_000;

/** Holds the ledger against itself, against the mirror of Stripe's balance, and that against Stripe. */
export class VerifyLedger {
  constructor(
    private readonly audit: LedgerAudit,
    private readonly gateway: BalanceGateway,
    private readonly clock: Clock,
  ) {}

  /** @throws GatewayUnavailable where Stripe is to be asked and does not answer. */
  async execute({ askStripe }: { readonly askStripe: boolean }): Promise<LedgerReport> {
    const findings = await this.audit.findings();
    const counts = await this.audit.counts();
    if (!askStripe) return { ...counts, compared: null, findings };
    const { compared, differences } = await this.compare();
    return { ...counts, compared, findings: [...findings, ...differences] };
  }

  private async compare(): Promise<{ compared: number; differences: LedgerFinding[] }> {
    const until = new Date(this.clock.now().getTime() - MIRRORED_WITHIN);
    const differences: LedgerFinding[] = [];
    let [compared, missing] = [0, 0];
    for (let before: string | undefined; ;) {
      const { movements, hasMore } = await this.gateway.page(before === undefined ? {} : { before });
      const old = movements.filter(({ at }) => at <= until);
      compared += old.length;
      const unlike = await this.audit.unlike(old);
      missing += unlike.missing.length;
      differences.push(...unlike.missing.map(notMirrored), ...unlike.different.map(otherwise));
      before = movements.at(-1)?.id;
      if (!hasMore) break;
    }
    const extra = (await this.audit.mirroredUntil(until)) - (compared - missing);
    return { compared, differences: extra > 0 ? [...differences, tooMany(extra)] : differences };
  }
}

function notMirrored(id: string): LedgerFinding {
  return {
    severity: 'difference',
    kind: 'not_mirrored',
    about: id,
    detail: `Stripe lists ${id}, and it was not mirrored.`,
    cause: 'It appeared at Stripe after younger ones, or the row was removed here.',
    repair: 'Let the service run for an hour: it reads the last 72 hours again. An older one has to be restored.',
  };
}

function otherwise(id: string): LedgerFinding {
  return {
    severity: 'difference',
    kind: 'unlike_stripe',
    about: id,
    detail: `${id} was mirrored with another amount, fee or currency than Stripe shows.`,
    cause: 'Stripe never changes these, so the row was changed here.',
    repair: 'Restore the row from a backup, and compare what was posted from it.',
  };
}

function tooMany(count: number): LedgerFinding {
  return {
    severity: 'difference',
    kind: 'not_at_stripe',
    about: 'balance_transactions',
    detail: `${String(count)} mirrored balance transactions are not in Stripe's list.`,
    cause: 'They belong to another account or mode, or rows were added here.',
    repair: 'Compare the table balance_transactions with the export of the balance in the dashboard of Stripe.',
  };
}
