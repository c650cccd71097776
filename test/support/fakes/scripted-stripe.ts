import {
  PaymentGateway,
  type GatewayAnswer,
  type GatewayReading,
  type IntentPage,
} from '../../../src/application/payment/payment-gateway';
import type { Silence } from '../../../src/application/shared/failure-class';
import { GatewayUnavailable } from '../../../src/application/shared/gateway-unavailable';
import type { Attempt, AttemptRequest } from '../../../src/domain/payment/attempt';
import type { IntentObservation, ObservedCharge } from '../../../src/domain/payment/intent-observation';
import type { Payment } from '../../../src/domain/payment/payment';
import { CHALLENGE, declinedBy, NOON, paid, reserved, seen } from '../samples';

/** What befalls a call: on the way there, or on the way back. */
export type Trouble = 'refused' | 'lost_before' | 'lost_after' | 'stored_500' | 'stored_500_after' | 'in_use';

const PAGE = 100;

type Charged = Extract<AttemptRequest, { readonly offSession: boolean }>;

interface Call {
  readonly key: string;
  readonly operation: AttemptRequest['operation'] | undefined;
  readonly request: AttemptRequest | null;
  readonly replayed: boolean;
}

/** Stripe in little: intents, its idempotency keys, and answers that get lost when they are told to. */
export class ScriptedStripe extends PaymentGateway {
  readonly intents = new Map<string, IntentObservation>();
  /** Every call that reached Stripe, repeats too. */
  readonly calls: Call[] = [];
  reads = 0;
  /** Of lists. */
  pages = 0;
  /** The list does not show yet what was made. */
  listLags = false;
  /** Runs when an intent was changed and before the answer leaves: the place of a webhook that is faster. */
  beforeAnswer: (intent: string) => Promise<void> = () => Promise.resolve();
  /** Runs after a reading was taken and before it is handed over: the place of another writer. */
  beforeReading: (intent: string) => Promise<void> = () => Promise.resolve();
  unavailable = false;
  /** What its risk checks say of the charges of confirmed payments, in their answers. */
  risk: Pick<IntentObservation, 'riskScore' | 'riskLevel'> = { riskScore: null, riskLevel: null };
  /** While it is set, nothing is sent: a breaker is open. */
  paused: Silence | null = null;
  readonly #trouble: Trouble[] = [];
  readonly #answers = new Map<string, GatewayAnswer>();
  #last = 0;

  /** What befalls the next calls, one each. */
  strike(...trouble: Trouble[]): void {
    this.#trouble.push(...trouble);
  }

  /** Done at Stripe, by the payer or in the dashboard. */
  set(intent: string, change: Partial<IntentObservation>): void {
    this.intents.set(intent, { ...this.intents.get(intent)!, ...change });
  }

  override captureRefusal(): string | null {
    return null;
  }
  override refusal(): string | null {
    return null;
  }
  override pause(): Silence | null {
    return this.paused;
  }

  override async send(payment: Payment, attempt: Attempt): Promise<GatewayAnswer> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.paused !== null) return { kind: 'never_reached', ...this.paused };
    const trouble = this.#trouble.shift();
    if (trouble === 'refused') return { kind: 'never_reached', message: 'No connection to Stripe.' };
    if (trouble === 'lost_before') return { kind: 'unknown', doubt: 'lost_answer', message: 'Lost on the way there.' };
    if (trouble === 'in_use') return { kind: 'unknown', doubt: 'lost_answer', message: 'Stripe is still at work.' };
    const answer = trouble === 'stored_500' ? this.keep(attempt, BROKEN) : this.once(payment, attempt, trouble);
    const intent = payment.intent ?? intentIn(answer);
    if (intent !== null) await this.beforeAnswer(intent);
    if (trouble === 'lost_after') return { kind: 'unknown', doubt: 'lost_answer', message: 'Lost on the way back.' };
    return answer;
  }

  override async read(intent: string): Promise<GatewayReading> {
    this.reads += 1;
    if (this.unavailable) return { kind: 'unavailable', message: 'Stripe does not answer.' };
    const found = this.intents.get(intent);
    await this.beforeReading(intent);
    return found === undefined ? { kind: 'missing' } : { kind: 'found', seen: found };
  }

  override async charges(intent: string): Promise<ObservedCharge[]> {
    if (this.unavailable) throw new GatewayUnavailable('Stripe does not answer.');
    const { charge, failure, status } = this.intents.get(intent)!;
    if (charge === null || status === 'processing') return [];
    const { code, declineCode, message } = failure ?? { code: null, declineCode: null, message: null };
    const succeeded = failure === null;
    return [{ charge, succeeded, code, declineCode, message, at: NOON, riskScore: 12, riskLevel: 'normal' }];
  }

  override async listCreated(_from: Date, _to: Date, after: string | null): Promise<IntentPage> {
    this.pages += 1;
    if (this.unavailable) return { kind: 'unavailable', message: 'Stripe does not answer.' };
    const all = this.listLags ? [] : [...this.intents.values()].reverse();
    const begin = after === null ? 0 : all.findIndex(({ intent }) => intent === after) + 1;
    const seen = all.slice(begin, begin + PAGE);
    const isLast = begin + PAGE >= all.length;
    return { kind: 'page', seen, next: isLast ? null : (seen.at(-1)?.intent ?? null) };
  }

  private once(payment: Payment, attempt: Attempt, trouble: Trouble | undefined): GatewayAnswer {
    const first = this.#answers.get(attempt.idempotencyKey);
    this.calls.push({
      key: attempt.idempotencyKey,
      operation: attempt.request?.operation,
      request: attempt.request,
      replayed: first !== undefined,
    });
    if (first !== undefined) return 'replayed' in first ? { ...first, replayed: true } : first;
    const answer = this.carryOut(payment, attempt);
    this.#answers.set(attempt.idempotencyKey, trouble === 'stored_500_after' ? BROKEN : answer);
    return this.#answers.get(attempt.idempotencyKey)!;
  }

  private keep(attempt: Attempt, answer: GatewayAnswer): GatewayAnswer {
    const { idempotencyKey: key, request } = attempt;
    this.calls.push({ key, operation: request?.operation, request, replayed: false });
    this.#answers.set(attempt.idempotencyKey, answer);
    return answer;
  }

  private carryOut(payment: Payment, attempt: Attempt): GatewayAnswer {
    const { request } = attempt;
    const { money, captureMethod } = payment.snapshot();
    if (request === null) throw new Error('nothing to send');
    if (request.operation === 'create') {
      this.#last += 1;
      const intent = `pi_${String(this.#last)}`;
      const ours = { intent, paymentId: payment.id, attemptId: attempt.id };
      this.intents.set(intent, seen({ ...ours, amount: money.amount, currency: money.currency }));
      return request.confirm ? this.charge(intent, request, captureMethod === 'manual') : this.accept(intent);
    }
    const intent = payment.intent!;
    if (request.operation === 'confirm') return this.charge(intent, request, captureMethod === 'manual');
    const { status } = this.intents.get(intent)!;
    if (request.operation === 'capture') {
      if (status !== 'authorized') return this.refuse(intent);
      this.set(intent, { status: 'succeeded', capturable: 0, captured: request.amount });
    } else {
      if (status === 'succeeded' || status === 'canceled') return this.refuse(intent);
      this.set(intent, { status: 'canceled', capturable: 0, cancellationReason: request.reason });
    }
    return this.accept(intent);
  }

  private charge(intent: string, { paymentMethod: method, offSession }: Charged, manual: boolean): GatewayAnswer {
    const { status, amount } = this.intents.get(intent)!;
    if (status === 'succeeded' || status === 'authorized' || status === 'canceled') return this.refuse(intent);
    this.#last += 1;
    const charge = `ch_${String(this.#last)}`;
    if (method === 'pm_bad') return { ...this.refuse(intent), kind: 'rejected', code: 'resource_missing' };
    if (method === 'pm_challenge' && offSession) {
      const failure = { code: 'authentication_required', declineCode: 'authentication_required', message: 'Ask them.' };
      this.set(intent, { ...declinedBy(charge), failure });
      const now = this.intents.get(intent)!;
      return { kind: 'declined', failure, charge, seen: now, request: 'req_1', replayed: false };
    }
    if (method === 'pm_challenge') {
      this.set(intent, { ...CHALLENGE, failure: null, failedCharge: null });
      return this.accept(intent);
    }
    if (method === 'pm_declined') {
      this.set(intent, { ...declinedBy(charge), nextAction: null, redirectUrl: null });
      const now = this.intents.get(intent)!;
      return { kind: 'declined', failure: now.failure!, charge, seen: now, request: 'req_1', replayed: false };
    }
    const cleared = { failure: null, failedCharge: null, nextAction: null, redirectUrl: null };
    this.set(intent, { ...cleared, ...(manual ? reserved(charge, amount) : paid(charge, amount)), ...this.risk });
    return this.accept(intent);
  }

  private accept(intent: string): GatewayAnswer & { kind: 'accepted' } {
    return { kind: 'accepted', seen: this.intents.get(intent)!, request: 'req_1', replayed: false };
  }

  private refuse(intent: string): GatewayAnswer & { kind: 'rejected' } {
    const code = 'payment_intent_unexpected_state';
    const now = this.intents.get(intent)!;
    return { kind: 'rejected', code, message: 'Its state forbids it.', seen: now, request: 'req_1', replayed: false };
  }
}

const BROKEN: GatewayAnswer = { kind: 'unknown', doubt: 'server_error', message: 'Stripe failed.' };

function intentIn(answer: GatewayAnswer): string | null {
  return 'seen' in answer ? (answer.seen?.intent ?? null) : null;
}
