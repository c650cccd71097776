import { DuePayments, type DueAttempt } from '../../../src/application/payment/due-payments';
import { PaymentIntake, type Intake } from '../../../src/application/payment/payment-intake';
import type { IdempotencyRecords, IdempotencyScope } from '../../../src/application/shared/idempotency';
import { Attempt } from '../../../src/domain/payment/attempt';
import { Payment, type PaymentProps } from '../../../src/domain/payment/payment';
import { Payments, type Standing } from '../../../src/domain/payment/payments';
import { mayRepeat } from '../../../src/domain/payment/settlement';
import { after, HOUR, MINUTE, SECOND } from '../samples';
import type { InMemoryStore } from './in-memory-store';
import type { MovableClock } from './movable-clock';

/** How long who sent an attempt has, before the sweeper looks. */
export const LEASE = 22 * SECOND;

export class InMemoryPayments extends Payments {
  constructor(
    private readonly store: InMemoryStore,
    private readonly clock: MovableClock,
  ) {
    super();
  }

  override async find(id: string): Promise<Payment | null> {
    await otherWork();
    return restored(this.store.tables.payments.get(id));
  }

  override async findByIntent(intent: string): Promise<Payment | null> {
    await otherWork();
    return restored([...this.store.tables.payments.values()].find((known) => known.intent === intent));
  }

  override async standingOf(intent: string): Promise<Standing | null> {
    const payment = await this.findByIntent(intent);
    return payment === null ? null : { payment, attempts: await this.attemptsOf(payment.id) };
  }

  override async lock(id: string): Promise<Payment | null> {
    if (!this.store.isOpen) throw new Error('a lock needs a transaction');
    return this.find(id);
  }

  override async lockWithAttempt(attemptId: string): Promise<{ payment: Payment; attempt: Attempt } | null> {
    const attempt = await this.findAttempt(attemptId);
    const payment = attempt === null ? null : await this.lock(attempt.paymentId);
    return attempt === null || payment === null ? null : { payment, attempt };
  }

  override async save(payment: Payment): Promise<void> {
    const { payments, events } = this.store.tables;
    if (payments.get(payment.id)?.version !== payment.version) throw new Error('another writer was here');
    payment.stored(payment.version + 1);
    payments.set(payment.id, payment.snapshot());
    events.push(...payment.pullEvents());
  }

  override async findAttempt(id: string): Promise<Attempt | null> {
    await otherWork();
    const props = this.store.tables.attempts.get(id);
    return props === undefined ? null : Attempt.restore(props);
  }

  override async openAttemptOf(paymentId: string): Promise<Attempt | null> {
    const open = (await this.attemptsOf(paymentId)).filter((attempt) => attempt.isOpen);
    if (open.length > 1) throw new Error(`${paymentId} has ${String(open.length)} open attempts`);
    return open[0] ?? null;
  }

  override async attemptsOf(paymentId: string): Promise<Attempt[]> {
    await otherWork();
    const all = [...this.store.tables.attempts.values()].filter((props) => props.paymentId === paymentId);
    return all.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime()).map((props) => Attempt.restore(props));
  }

  override async addAttempt(attempt: Attempt): Promise<void> {
    const { attempts } = this.store.tables;
    const { charge } = attempt;
    if (charge !== null && [...attempts.values()].some((other) => other.charge === charge)) {
      throw new Error(`${charge} belongs to an attempt already`);
    }
    this.put(attempt);
  }

  override async saveAttempt(attempt: Attempt): Promise<void> {
    const { attempts } = this.store.tables;
    const others = [...attempts.values()].filter(({ id, charge }) => id !== attempt.id && charge === attempt.charge);
    if (attempt.charge === null || others.length === 0) {
      this.put(attempt);
      return;
    }
    for (const { id } of others.filter(({ origin }) => origin === 'client')) attempts.delete(id);
    const taken = others.some(({ origin }) => origin !== 'client');
    this.put(taken ? Attempt.restore({ ...attempt.snapshot(), charge: null }) : attempt);
  }

  /** As the database does it: an attempt that was just sent is due when the lease of its sender is over. */
  put(attempt: Attempt): void {
    const props = attempt.snapshot();
    const justSent = props.state === 'sent' && props.nextCheckAt === null;
    const nextCheckAt = justSent ? after(LEASE, this.clock.now()) : props.nextCheckAt;
    this.store.tables.attempts.set(attempt.id, { ...props, nextCheckAt });
  }
}

export class InMemoryIntake extends PaymentIntake {
  constructor(
    private readonly store: InMemoryStore,
    private readonly payments: InMemoryPayments,
    private readonly records: IdempotencyRecords,
  ) {
    super();
  }

  override begin(payment: Payment, attempt: Attempt, scope: IdempotencyScope): Promise<Intake> {
    return this.store.run(async (): Promise<Intake> => {
      if ((await this.records.find(scope)) !== null) return { kind: 'known' };
      const { payments, events } = this.store.tables;
      const { reference, purpose, allowAnother } = payment.snapshot();
      const holder = [...payments.values()].find(
        (other) => isLive(other) && other.reference === reference && other.purpose === purpose,
      );
      if (holder !== undefined && !allowAnother) return { kind: 'reference_taken', paymentId: holder.id };
      payments.set(payment.id, payment.snapshot());
      events.push(...payment.pullEvents());
      this.payments.put(attempt);
      await this.records.start(scope, payment.id, attempt.id);
      return { kind: 'begun' };
    });
  }
}

export class InMemoryDuePayments extends DuePayments {
  constructor(
    private readonly store: InMemoryStore,
    private readonly clock: MovableClock,
  ) {
    super();
  }

  override async takeAttempts(limit: number): Promise<DueAttempt[]> {
    const { attempts } = this.store.tables;
    const due = [...attempts.values()].filter(({ nextCheckAt }) => nextCheckAt !== null && this.isPast(nextCheckAt));
    for (const props of due.slice(0, limit)) attempts.set(props.id, { ...props, nextCheckAt: this.putOff() });
    return due.slice(0, limit).map(({ id }) => this.described(id));
  }

  override async keepAttempts(ids: readonly string[]): Promise<void> {
    this.putOffBy(ids, MINUTE);
  }

  override async putOffAttempts(ids: readonly string[]): Promise<void> {
    this.putOffBy(ids, 10 * SECOND);
  }

  override async takeRefreshes(limit: number): Promise<string[]> {
    const { payments } = this.store.tables;
    const due = [...payments.values()].filter(
      ({ refreshDueAt, intent }) => intent !== null && refreshDueAt !== null && this.isPast(refreshDueAt),
    );
    for (const props of due.slice(0, limit)) payments.set(props.id, { ...props, refreshDueAt: this.putOff() });
    return due.slice(0, limit).flatMap(({ intent }) => intent ?? []);
  }

  override async takeExpired(limit: number): Promise<string[]> {
    const { payments, attempts } = this.store.tables;
    const busy = new Set(
      [...attempts.values()].filter((each) => each.nextCheckAt !== null).map((each) => each.paymentId),
    );
    return [...payments.values()]
      .filter(({ id, status, expiresAt }) => status.startsWith('requires_') && this.isPast(expiresAt) && !busy.has(id))
      .slice(0, limit)
      .map(({ id }) => id);
  }

  private described(id: string): DueAttempt {
    const attempt = Attempt.restore(this.store.tables.attempts.get(id)!);
    const payment = Payment.restore(this.store.tables.payments.get(attempt.paymentId)!);
    const isMade = attempt.state === 'sent' || attempt.state === 'unknown';
    const isSought = payment.intent === null && attempt.request?.operation === 'create' && isMade;
    const now = this.clock.now();
    const late = !attempt.handedOver && attempt.firstSentAt !== null && after(HOUR, attempt.firstSentAt) < now;
    return {
      id,
      soughtFrom: isSought ? attempt.firstSentAt : null,
      repeatable: mayRepeat(payment, attempt, now),
      late,
    };
  }

  private putOffBy(ids: readonly string[], milliseconds: number): void {
    const { attempts } = this.store.tables;
    for (const id of ids) {
      const props = attempts.get(id);
      if (props === undefined || props.nextCheckAt === null) continue;
      attempts.set(id, { ...props, nextCheckAt: after(milliseconds, this.clock.now()) });
    }
  }

  private isPast(time: Date): boolean {
    return time <= this.clock.now();
  }

  private putOff(): Date {
    return after(MINUTE, this.clock.now());
  }
}

function isLive({ status, allowAnother }: PaymentProps): boolean {
  return status !== 'canceled' && status !== 'failed' && !allowAnother;
}

function restored(props: PaymentProps | undefined): Payment | null {
  return props === undefined ? null : Payment.restore(props);
}

/** A database takes a moment, in which others work. */
function otherWork(): Promise<void> {
  return Promise.resolve();
}
