import type { EntityManager } from 'typeorm';
import { chargeFactOf } from '../../application/payment/charge-fact';
import { Batches } from '../../application/shared/batches';
import type { Cipher } from '../../application/shared/cipher';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import type { Attempt } from '../../domain/payment/attempt';
import { OPEN_ATTEMPT_STATES } from '../../domain/payment/attempt-state';
import type { Payment } from '../../domain/payment/payment';
import { Payments, type Standing } from '../../domain/payment/payments';
import { Not, type QueryDeepPartialEntity } from 'typeorm';
import { AttemptRow, fromRow as attemptFrom, toRow as attemptRow } from './attempt-row';
import type { LedgerFacts } from '../../application/shared/ledger-facts';
import { DEFAULT_LEASE, type Lease } from './lease';
import { fromRow, PaymentRow, toRow } from './payment-row';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';
import { RowReader } from './row-reader';

const MOST_STANDINGS = 64;

export class PostgresPayments extends Payments {
  private readonly paymentRows: RowReader<PaymentRow>;
  private readonly attemptRows: RowReader<AttemptRow>;
  private readonly standings = new Batches<string, Standing | null>({
    most: MOST_STANDINGS,
    work: (intents) => this.standingsOf(intents),
  });

  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
    private readonly cipher: Cipher,
    private readonly facts: LedgerFacts,
    private readonly lease: Lease = DEFAULT_LEASE,
  ) {
    super();
    this.paymentRows = new RowReader(unitOfWork, PaymentRow);
    this.attemptRows = new RowReader(unitOfWork, AttemptRow);
  }

  override find(id: string): Promise<Payment | null> {
    return this.one('WHERE id = $1', [id]);
  }

  override findByIntent(intent: string): Promise<Payment | null> {
    return this.one('WHERE stripe_payment_intent = $1', [intent]);
  }

  override standingOf(intent: string): Promise<Standing | null> {
    return this.unitOfWork.isOpen
      ? this.standingsOf([intent]).then(([one]) => one ?? null)
      : this.standings.add(intent);
  }

  override async lock(id: string): Promise<Payment | null> {
    // By itself it would be over with the statement.
    if (!this.unitOfWork.isOpen) throw new Error('a lock needs a transaction');
    return this.one('WHERE id = $1 FOR UPDATE', [id]);
  }

  override async lockWithAttempt(attemptId: string): Promise<{ payment: Payment; attempt: Attempt } | null> {
    const paymentId = (await this.findAttempt(attemptId))?.paymentId;
    const payment = paymentId === undefined ? null : await this.lock(paymentId);
    // Read again: it may have been settled while we waited for the lock.
    const attempt = await this.findAttempt(attemptId);
    return payment === null || attempt === null ? null : { payment, attempt };
  }

  override async save(payment: Payment): Promise<void> {
    const { version, ...columns } = toRow(payment, this.cipher);
    const { id } = payment;
    const changed = await this.manager.update(PaymentRow, { id, version }, { ...columns, version: version + 1 });
    if (changed.affected !== 1) throw new Error(`payment ${id} was changed by another writer`);
    payment.stored(version + 1);
    const fact = chargeFactOf(payment);
    if (fact !== null) await this.facts.note([fact]);
    await this.storeEvents(payment);
  }

  override async findAttempt(id: string): Promise<Attempt | null> {
    const row = await this.attemptRows.one('WHERE id = $1', [id]);
    return row === null ? null : attemptFrom(row, this.cipher);
  }

  override async openAttemptOf(paymentId: string): Promise<Attempt | null> {
    const row = await this.attemptRows.one('WHERE payment_id = $1 AND state = ANY ($2)', [
      paymentId,
      OPEN_ATTEMPT_STATES,
    ]);
    return row === null ? null : attemptFrom(row, this.cipher);
  }

  override async attemptsOf(paymentId: string): Promise<Attempt[]> {
    const rows = await this.attemptRows.read('WHERE payment_id = $1 ORDER BY created_at, id', [paymentId]);
    return rows.map((row) => attemptFrom(row, this.cipher));
  }

  override async addAttempt(attempt: Attempt): Promise<void> {
    const { account: stripeAccount, livemode } = this.binding.current();
    await this.manager.insert(AttemptRow, { ...this.columns(attempt), stripeAccount, livemode });
  }

  override async saveAttempt(attempt: Attempt): Promise<void> {
    const { id, charge } = attempt;
    // What was asked never changes.
    const { asked: _asked, requestHash: _hash, ...columns } = this.columns(attempt);
    if (charge !== null) {
      await this.manager.delete(AttemptRow, { charge, origin: 'client', id: Not(id) });
      if (await this.manager.existsBy(AttemptRow, { charge, id: Not(id) })) columns.charge = null;
    }
    await this.manager.update(AttemptRow, { id }, columns);
  }

  /** An attempt that was just sent is its sender's for the time of the lease. */
  private columns(attempt: Attempt): QueryDeepPartialEntity<AttemptRow> {
    const row = attemptRow(attempt, this.cipher);
    const justSent = row.state === 'sent' && row.nextCheckAt === null;
    return justSent ? { ...row, nextCheckAt: () => this.lease.until } : row;
  }

  /** What is asked for at once is read at once. */
  private async standingsOf(intents: readonly string[]): Promise<(Standing | null)[]> {
    const rows = await this.paymentRows.read('WHERE stripe_payment_intent = ANY ($1)', [intents]);
    const ids = rows.map(({ id }) => id);
    const attempts = await this.attemptRows.read('WHERE payment_id = ANY ($1) ORDER BY created_at, id', [ids]);
    const standings = rows.map((row): [string | null, Standing] => {
      const tried = attempts.filter(({ paymentId }) => paymentId === row.id);
      const standing = {
        payment: fromRow(row, this.cipher),
        attempts: tried.map((attempt) => attemptFrom(attempt, this.cipher)),
      };
      return [row.intent, standing];
    });
    const known = new Map(standings);
    return intents.map((intent) => known.get(intent) ?? null);
  }

  private get manager(): EntityManager {
    return this.unitOfWork.manager;
  }

  private async one(where: string, values: unknown[]): Promise<Payment | null> {
    const row = await this.paymentRows.one(where, values);
    return row === null ? null : fromRow(row, this.cipher);
  }

  private async storeEvents(payment: Payment): Promise<void> {
    for (const event of payment.pullEvents()) {
      await this.unitOfWork.rows(
        'INSERT INTO domain_events (type, payment_id, cause, data, occurred_at) VALUES ($1, $2, $3, $4, $5)',
        [event.type, event.paymentId, event.cause, event.data, event.at],
      );
    }
  }
}
