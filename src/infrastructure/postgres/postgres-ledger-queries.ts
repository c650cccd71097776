import {
  LedgerQueries,
  type BalancesAt,
  type BalanceView,
  type LedgerFilter,
  type LedgerTransactionView,
} from '../../application/ledger/ledger-queries';
import type { Page } from '../../application/shared/page';
import { ACCOUNT_NAMES, type Account } from '../../domain/ledger/account';
import { ledgerDecimals } from '../../domain/ledger/ledger-units';
import { isCurrency } from '../../domain/shared/currency';
import { decodeCursor, encodeCursor } from './cursor';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

const SPANS = ['year', 'month', 'day', 'hour', 'minute'] as const;

const within = (span: string): string => `date_trunc('${span}', $1::timestamptz, 'UTC')`;

/** Whole years, then the months of that year, and so on: however long the history, it is a bounded number of rows. */
const TOTALS = SPANS.map((span, at) => {
  const longer = SPANS[at - 1];
  const from = longer === undefined ? '' : ` AND begins >= ${within(longer)}`;
  return `SELECT account, currency, total FROM ledger_totals WHERE span = '${span}'${from} AND begins < ${within(span)}`;
});

const BALANCES = `
SELECT account, currency, sum(total)::text AS balance FROM (
  ${TOTALS.join('\n  UNION ALL ')}
  UNION ALL SELECT account, currency, amount FROM ledger_postings
    WHERE effective_at >= ${within('minute')} AND effective_at <= $1`;
const NOT_KNOWN = `
  UNION ALL SELECT account, currency, -amount FROM ledger_postings WHERE recorded_at > $2 AND effective_at <= $1`;
const BY_ACCOUNT = `
) parts GROUP BY account, currency HAVING sum(total) <> 0`;

/** No transaction has more than two postings to one account. */
const OF_ACCOUNT = `t.id IN (
  SELECT transaction_id FROM ledger_postings
  WHERE account = $4 AND ($1::timestamptz IS NULL OR (effective_at, transaction_id) < ($1, $2))
  ORDER BY effective_at DESC, transaction_id DESC LIMIT 2 * $3
)`;

const transactions = (conditions: readonly string[]): string => `
SELECT t.id, t.kind, t.source, t.subject, t.payment_id AS payment, t.effective_at AS "effectiveAt",
  to_char(t.effective_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place,
  t.recorded_at AS "recordedAt", t.cause, t.note, t.reverses, p.postings
FROM ledger_transactions t CROSS JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object('account', account, 'currency', currency, 'amount', amount, 'about', about)
    ORDER BY line) AS postings
  FROM ledger_postings WHERE transaction_id = t.id
) p
WHERE ($1::timestamptz IS NULL OR (t.effective_at, t.id) < ($1, $2))${conditions.map((each) => ` AND ${each}`).join('')}
ORDER BY t.effective_at DESC, t.id DESC LIMIT $3`;

interface Row extends Omit<LedgerTransactionView, 'effectiveAt' | 'recordedAt'> {
  readonly effectiveAt: Date;
  readonly recordedAt: Date;
  readonly place: string;
}

export class PostgresLedgerQueries extends LedgerQueries {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  override async balances({ at, asKnownAt }: BalancesAt): Promise<BalanceView[]> {
    const [text, values] =
      asKnownAt === undefined ? [BALANCES + BY_ACCOUNT, [at]] : [BALANCES + NOT_KNOWN + BY_ACCOUNT, [at, asKnownAt]];
    const rows = await this.unitOfWork.rows<{ account: Account; currency: string; balance: string }>(text, values);
    return rows
      .map((row) => ({ ...row, balance: exact(row.balance), decimals: decimalsOf(row.currency) }))
      .sort(byAccount);
  }

  override async transactions(
    filter: LedgerFilter,
    limit: number,
    cursor: string | null,
  ): Promise<Page<LedgerTransactionView>> {
    const after = cursor === null ? null : decodeCursor(cursor);
    const { conditions, values } = conditionsOf(filter);
    const place = [after?.at ?? null, after?.id ?? null, limit + 1];
    const rows = await this.unitOfWork.rows<Row>(transactions(conditions), [...place, ...values]);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const more = rows.length > limit && last !== undefined;
    return { data: page.map(viewOf), nextCursor: more ? encodeCursor({ at: last.place, id: last.id }) : null };
  }
}

/** The account comes first: its place among the values is fixed. */
function conditionsOf({ account, payment, source }: LedgerFilter): { conditions: string[]; values: string[] } {
  const [conditions, values]: [string[], string[]] = [[], []];
  const add = (value: string | undefined, condition: (place: string) => string): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${String(values.length + 3)}`));
  };
  // Few are of one payment or source, so these are looked through; the others are found by the account.
  const few = payment !== undefined || source !== undefined;
  add(account, (place) =>
    few
      ? `EXISTS (SELECT FROM ledger_postings a WHERE a.transaction_id = t.id AND a.account = ${place})`
      : OF_ACCOUNT.replace('$4', place),
  );
  add(payment, (place) => `t.payment_id = ${place}`);
  add(source, (place) => `(t.source = ${place} OR t.subject = ${place})`);
  return { conditions, values };
}

function viewOf({ place: _place, effectiveAt, recordedAt, ...row }: Row): LedgerTransactionView {
  const postings = row.postings.map((posting) => ({ ...posting, decimals: decimalsOf(posting.currency) }));
  return { ...row, postings, effectiveAt: effectiveAt.toISOString(), recordedAt: recordedAt.toISOString() };
}

function decimalsOf(currency: string): number {
  return isCurrency(currency) ? ledgerDecimals(currency) : 0;
}

/** @throws RangeError past 2^53 - 1: such a sum must not be shown as another one. */
function exact(sum: string): number {
  const value = Number(sum);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${sum} minor units are more than can be shown exactly`);
  return value;
}

function byAccount(a: BalanceView, b: BalanceView): number {
  const order = ACCOUNT_NAMES.indexOf(a.account) - ACCOUNT_NAMES.indexOf(b.account);
  return order === 0 ? a.currency.localeCompare(b.currency) : order;
}
