import { LedgerBook, type Waiting } from '../../application/ledger/ledger-book';
import type { Identifiers } from '../../application/shared/identifiers';
import type { LedgerFact, LedgerFactKind } from '../../application/shared/ledger-facts';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import type { BalanceMovement, MovementSource } from '../../domain/ledger/balance-movement';
import { CurrencyPositions } from '../../domain/ledger/currency-positions';
import type { LedgerTransaction } from '../../domain/ledger/ledger-transaction';
import { isCurrency, type Currency } from '../../domain/shared/currency';
import { Money } from '../../domain/shared/money';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** One instance posts at a time: an advisory lock of this number, chosen once. */
const POSTING = 7_236_452;

const FACTS = `
SELECT kind, subject, payment_id AS "paymentId", amount, currency, occurred_at AS at, cause
FROM ledger_facts ORDER BY kind, subject LIMIT $1`;

/** Whose it is: by its intent, by the payment that its charge names, else as its charge was posted before. */
const MOVEMENTS = `
SELECT b.id, b.type, b.category, b.currency, b.amount, b.fee, b.net, b.original_amount, b.original_currency, b.source,
  b.source_kind, b.stripe_charge, b.created_at, coalesce(by_intent.id, named.id, charged.payment_id) AS payment_id
FROM balance_transactions b
LEFT JOIN payments by_intent ON by_intent.stripe_payment_intent = b.stripe_payment_intent
LEFT JOIN payments named ON named.id = b.named_payment
LEFT JOIN LATERAL (
  SELECT c.payment_id FROM balance_transactions c
  WHERE c.stripe_charge = b.stripe_charge AND c.payment_id IS NOT NULL LIMIT 1
) charged ON true
WHERE b.posted_at IS NULL AND b.cannot_post IS NULL AND (SELECT complete FROM balance_history)
ORDER BY b.created_at, b.id LIMIT $1`;

const POSITIONS = `
SELECT about, currency, sum(amount) AS held FROM ledger_postings
WHERE account = 'currency_position' AND about = ANY($1) GROUP BY about, currency`;

const POST = `
WITH given AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS each (id text, kind text, source text, subject text, payment_id text,
    effective_at timestamptz, cause text, note text, reverses_subject text, reverses_kind text, postings jsonb)
), added AS (
  INSERT INTO ledger_transactions (id, stripe_account, livemode, kind, source, subject, payment_id, effective_at, cause,
    note, reverses, lines)
  SELECT id, $2, $3, kind, source, subject, payment_id, effective_at, cause, note,
    coalesce(
      (SELECT t.id FROM ledger_transactions t
       WHERE t.subject = g.reverses_subject AND t.kind = g.reverses_kind ORDER BY t.id DESC LIMIT 1),
      (SELECT o.id FROM given o
       WHERE o.subject = g.reverses_subject AND o.kind = g.reverses_kind ORDER BY o.id DESC LIMIT 1)),
    jsonb_array_length(postings)
  FROM given g
  ON CONFLICT (source, kind) DO NOTHING
  RETURNING id, effective_at, recorded_at
)
INSERT INTO ledger_postings (transaction_id, line, account, currency, amount, about, effective_at, recorded_at)
SELECT added.id, line, posting->>'account', posting->>'currency', (posting->>'amount')::bigint, posting->>'about',
  added.effective_at, added.recorded_at
FROM added JOIN given USING (id) CROSS JOIN LATERAL jsonb_array_elements(given.postings) WITH ORDINALITY AS
  part (posting, line)`;

const FACTS_DONE = `
DELETE FROM ledger_facts f USING unnest($1::text[], $2::text[]) AS done (kind, subject)
WHERE f.kind = done.kind AND f.subject = done.subject`;

const MOVEMENTS_DONE = `
UPDATE balance_transactions b SET posted_at = now(), payment_id = done.payment_id
FROM unnest($1::text[], $2::text[]) AS done (id, payment_id) WHERE b.id = done.id`;

interface FactRow extends Omit<LedgerFact, 'amount'> {
  readonly kind: LedgerFactKind;
  readonly amount: string;
  readonly currency: string;
}

interface MovementRow {
  readonly id: string;
  readonly type: string;
  readonly category: string;
  readonly currency: string;
  readonly amount: string;
  readonly fee: string;
  readonly net: string;
  readonly original_amount: string | null;
  readonly original_currency: string | null;
  readonly source: string | null;
  readonly source_kind: MovementSource['kind'] | null;
  readonly stripe_charge: string | null;
  readonly payment_id: string | null;
  readonly created_at: Date;
}

export class PostgresLedgerBook extends LedgerBook {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
    private readonly ids: Identifiers,
  ) {
    super();
  }

  override alone<T>(work: () => Promise<T>): Promise<T | null> {
    return this.unitOfWork.run(async () => {
      const [row] = await this.unitOfWork.rows<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
        POSTING,
      ]);
      return row?.mine === true ? work() : null;
    });
  }

  override async waiting(most: number): Promise<Waiting> {
    const facts = await this.unitOfWork.rows<FactRow>(FACTS, [most]);
    const movements = await this.unitOfWork.rows<MovementRow>(MOVEMENTS, [most]);
    return { facts: facts.map(factFrom), movements: movements.map(movementFrom) };
  }

  override async positionsOf(payments: readonly string[]): Promise<CurrencyPositions> {
    const positions = new CurrencyPositions();
    if (payments.length === 0) return positions;
    type Held = Readonly<Record<'about' | 'currency' | 'held', string>>;
    for (const { about, currency, held } of await this.unitOfWork.rows<Held>(POSITIONS, [payments])) {
      positions.hold(about, currencyOf(currency), Number(held));
    }
    return positions;
  }

  override async post(transactions: readonly LedgerTransaction[]): Promise<void> {
    if (transactions.length === 0) return;
    const { account, livemode } = this.binding.current();
    const rows = transactions.map((transaction) => ({ ...toRow(transaction), id: this.ids.next('ltx') }));
    await this.unitOfWork.rows(POST, [JSON.stringify(rows), account, livemode]);
  }

  override async done({ facts, movements }: Waiting): Promise<void> {
    const of = <T, V>(list: readonly T[], value: (each: T) => V): V[] => list.map(value);
    if (facts.length > 0) {
      await this.unitOfWork.rows(FACTS_DONE, [of(facts, ({ kind }) => kind), of(facts, ({ subject }) => subject)]);
    }
    if (movements.length === 0) return;
    const values = [of(movements, ({ id }) => id), of(movements, ({ paymentId }) => paymentId)];
    await this.unitOfWork.rows(MOVEMENTS_DONE, values);
  }
}

function toRow({ paymentId, effectiveAt, reverses, ...transaction }: LedgerTransaction): object {
  return {
    ...transaction,
    payment_id: paymentId,
    effective_at: effectiveAt,
    reverses_subject: reverses?.subject ?? null,
    reverses_kind: reverses?.kind ?? null,
  };
}

function factFrom({ amount, currency, ...fact }: FactRow): LedgerFact {
  return { ...fact, amount: Money.of(Number(amount), currencyOf(currency)) };
}

function movementFrom(row: MovementRow): BalanceMovement {
  const { id, type, category, source, source_kind: kind, original_amount: amount, original_currency: from } = row;
  return {
    ...{ id, type, category, currency: currencyOf(row.currency) },
    amount: Number(row.amount),
    fee: Number(row.fee),
    net: Number(row.net),
    original: amount === null || from === null ? null : { amount: Number(amount), currency: currencyOf(from) },
    source: source === null || kind === null ? null : { id: source, kind, charge: row.stripe_charge },
    paymentId: row.payment_id,
    at: row.created_at,
  };
}

function currencyOf(code: string): Currency {
  if (!isCurrency(code)) throw new Error(`the ledger has no currency ${code}`);
  return code;
}
