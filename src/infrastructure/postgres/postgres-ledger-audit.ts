import type { SeenMovement } from '../../application/ledger/balance-gateway';
import { LedgerAudit, type LedgerFinding, type Unlike } from '../../application/ledger/ledger-audit';
import { LEDGER_CHECKS } from './ledger-checks';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** More of one kind would be read by nobody. */
const MOST_OF_A_KIND = 100;

const UNLIKE = `
SELECT s.id, b.id IS NULL AS missing
FROM jsonb_to_recordset($1::jsonb) AS s (id text, currency text, amount numeric, fee numeric, net numeric)
LEFT JOIN balance_transactions b ON b.id = s.id
WHERE (b.currency, b.amount, b.fee, b.net) IS DISTINCT FROM (s.currency, s.amount, s.fee, s.net)`;

const COUNTS = `
SELECT (SELECT count(*)::int FROM ledger_transactions) AS transactions,
  (SELECT count(*)::int FROM balance_transactions) AS movements`;

const MIRRORED = 'SELECT count(*)::int AS mirrored FROM balance_transactions WHERE created_at <= $1';

interface Found {
  readonly about: string | null;
  readonly detail: string;
  readonly late?: boolean;
}

export class PostgresLedgerAudit extends LedgerAudit {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  /** Of one moment: all of it is read. */
  override findings(): Promise<LedgerFinding[]> {
    return this.unitOfWork.run(async () => {
      await this.unitOfWork.manager.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const findings: LedgerFinding[] = [];
      for (const { sql, severity, ...finding } of LEDGER_CHECKS) {
        const limited = `${sql} LIMIT ${String(MOST_OF_A_KIND)}`;
        for (const { about, detail, late } of await this.unitOfWork.manager.query<Found[]>(limited)) {
          const judged = severity === 'by age' ? (late === true ? 'difference' : 'open') : severity;
          findings.push({ severity: judged, about: about ?? '(nobody)', detail, ...finding });
        }
      }
      return findings;
    });
  }

  override async counts(): Promise<{ transactions: number; movements: number }> {
    const [row] = await this.unitOfWork.rows<{ transactions: number; movements: number }>(COUNTS, []);
    return row ?? { transactions: 0, movements: 0 };
  }

  override async unlike(movements: readonly SeenMovement[]): Promise<Unlike> {
    const shown = movements.map(({ id, currency, amount, fee, net }) => ({ id, currency, amount, fee, net }));
    const rows = await this.unitOfWork.rows<{ id: string; missing: boolean }>(UNLIKE, [JSON.stringify(shown)]);
    const ids = (missing: boolean): string[] => rows.filter((row) => row.missing === missing).map(({ id }) => id);
    return { missing: ids(true), different: ids(false) };
  }

  override async mirroredUntil(at: Date): Promise<number> {
    const [row] = await this.unitOfWork.rows<{ mirrored: number }>(MIRRORED, [at]);
    return row?.mirrored ?? 0;
  }
}
