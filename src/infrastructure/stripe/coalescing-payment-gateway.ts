import {
  PaymentGateway,
  type GatewayAnswer,
  type GatewayReading,
  type IntentPage,
} from '../../application/payment/payment-gateway';
import type { Silence } from '../../application/shared/failure-class';
import { Capacity } from '../../application/shared/capacity';
import type { Attempt } from '../../domain/payment/attempt';
import type { ObservedCharge } from '../../domain/payment/intent-observation';
import type { Payment } from '../../domain/payment/payment';
import type { Money } from '../../domain/shared/money';

/**
 * Reads of one intent that are asked for while a read of it is under way share the next one: a read that began before
 * the question could show what was there before. At most `capacity` reads and pages are under way
 * at once.
 */
export class CoalescingPaymentGateway extends PaymentGateway {
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #next = new Map<string, Promise<GatewayReading>>();
  readonly #capacity: Capacity;

  constructor(
    private readonly inner: PaymentGateway,
    capacity = 20,
  ) {
    super();
    this.#capacity = new Capacity(capacity);
  }

  override read(intent: string): Promise<GatewayReading> {
    const waiting = this.#next.get(intent);
    if (waiting !== undefined) return waiting;
    const running = this.#running.get(intent);
    if (running === undefined) return this.begin(intent);
    const reading = running.then(() => {
      this.#next.delete(intent);
      return this.begin(intent);
    });
    this.#next.set(intent, reading);
    return reading;
  }

  override refusal(money: Money): string | null {
    return this.inner.refusal(money);
  }
  override captureRefusal(part: Money): string | null {
    return this.inner.captureRefusal(part);
  }
  override pause(): Silence | null {
    return this.inner.pause();
  }
  override send(payment: Payment, attempt: Attempt): Promise<GatewayAnswer> {
    return this.inner.send(payment, attempt);
  }
  override charges(intent: string): Promise<ObservedCharge[]> {
    return this.inner.charges(intent);
  }
  override listCreated(from: Date, to: Date, after: string | null): Promise<IntentPage> {
    return this.#capacity.use(() => this.inner.listCreated(from, to, after));
  }

  private begin(intent: string): Promise<GatewayReading> {
    const reading = this.#capacity.use(() => this.inner.read(intent));
    const ended = reading.then(
      () => undefined,
      () => undefined,
    );
    this.#running.set(intent, ended);
    void ended.then(() => {
      if (this.#running.get(intent) === ended) this.#running.delete(intent);
    });
    return reading;
  }
}
