import { mayFollow } from '../shared/transitions';
import { ATTEMPT_TRANSITIONS, isOpen, type AttemptState } from './attempt-state';

/** What was asked of Stripe; with the payment itself it says everything needed to ask the very same again. */
export type AttemptRequest =
  | {
      readonly operation: 'create';
      readonly paymentMethod: string | null;
      readonly confirm: boolean;
      readonly returnUrl: string | null;
      /** Stripe's `cus_…`, for whom the intent is made. */
      readonly stripeCustomer: string | null;
      readonly offSession: boolean;
      /** Whoever asked for it does not wait: while Stripe cannot be reached, it is sent later. Never of one that charges. */
      readonly deferrable?: true;
    }
  | {
      readonly operation: 'confirm';
      readonly paymentMethod: string | null;
      readonly returnUrl: string | null;
      readonly offSession: boolean;
    }
  | { readonly operation: 'capture'; readonly amount: number }
  | { readonly operation: 'cancel'; readonly reason: CancellationReason };

export type AttemptOperation = AttemptRequest['operation'];

/** Stripe's reasons. */
export const CANCELLATION_REASONS = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] as const;
export type CancellationReason = (typeof CANCELLATION_REASONS)[number];

/** Who began it: our API or CLI, the payer through Stripe.js, or the expiry of a payment that nobody finished. */
export const ATTEMPT_ORIGINS = ['api', 'client', 'expiry'] as const;
export type AttemptOrigin = (typeof ATTEMPT_ORIGINS)[number];

/** Why nothing certain is known: a 5xx is stored by Stripe under the key, so repeating it teaches nothing. */
export type Doubt = 'server_error' | 'lost_answer';

/** What Stripe said of the charge that an attempt made. */
export interface ChargeReport {
  readonly charge: string | null;
  readonly code: string | null;
  readonly declineCode: string | null;
  /** Stripe's own words; for staff. */
  readonly message: string | null;
  /** Radar's: 0 (safe) to 99, where the account has scores. */
  readonly riskScore: number | null;
  readonly riskLevel: string | null;
}

export const NO_CHARGE: ChargeReport = {
  charge: null,
  code: null,
  declineCode: null,
  message: null,
  riskScore: null,
  riskLevel: null,
};

export type Settled = Exclude<AttemptState, 'prepared' | 'sent' | 'unknown'>;

export interface AttemptProps extends ChargeReport {
  readonly id: string;
  readonly paymentId: string;
  readonly origin: AttemptOrigin;
  /** Who asked for it, `key:key_…`, `sub:…` of staff or `customer:…`, an index; null where nobody of ours did. */
  readonly actor: string | null;
  /** Null for what a client did through Stripe.js: we see its charge, not its request. */
  readonly request: AttemptRequest | null;
  readonly state: AttemptState;
  readonly doubt: Doubt | null;
  /** When its answer was first found lost, and why; kept once it is settled, for its history. */
  readonly doubtedAt: Date | null;
  readonly doubtedWhy: string | null;
  /** Stripe's `request-id` of the answer, for its support and its logs. */
  readonly stripeRequest: string | null;
  readonly createdAt: Date;
  readonly firstSentAt: Date | null;
  readonly settledAt: Date | null;
  /** When the sweeper looks at it again; null when settled, and for one just sent: then its lease decides. */
  readonly nextCheckAt: Date | null;
  readonly checks: number;
  /** When it was listed for a person, and why. */
  readonly handedOverAt: Date | null;
  readonly handedOverReason: string | null;
}

/** One operation towards Stripe. Its row is committed before the call and settled after it. */
export class Attempt {
  private constructor(private props: AttemptProps) {}

  /** Recorded as sent by the very commit that precedes the call: from here on it may have left. */
  static send(id: string, paymentId: string, actor: string, request: AttemptRequest, now: Date): Attempt {
    const attempt = new Attempt({ ...blank(id, paymentId, now), actor, request });
    attempt.resend(now);
    return attempt;
  }

  /** Committed now, to be sent by the sweeper, which finds it due. */
  static prepare(id: string, paymentId: string, origin: AttemptOrigin, request: AttemptRequest, now: Date): Attempt {
    return new Attempt({ ...blank(id, paymentId, now), origin, request });
  }

  /** What a client did through Stripe.js, read from the charge that it left. */
  static mirror(
    id: string,
    paymentId: string,
    report: ChargeReport,
    state: 'succeeded' | 'declined',
    at: Date,
  ): Attempt {
    const times = { firstSentAt: at, settledAt: at, nextCheckAt: null };
    return new Attempt({ ...blank(id, paymentId, at), ...onlyReport(report), ...times, origin: 'client', state });
  }

  static restore(props: AttemptProps): Attempt {
    return new Attempt(props);
  }

  snapshot(): AttemptProps {
    return this.props;
  }

  get id(): string {
    return this.props.id;
  }
  /** Stripe's idempotency key: whoever repeats this attempt, repeats the same thing. */
  get idempotencyKey(): string {
    return `cashdesk-${this.props.id}`;
  }
  get paymentId(): string {
    return this.props.paymentId;
  }
  get state(): AttemptState {
    return this.props.state;
  }
  get request(): AttemptRequest | null {
    return this.props.request;
  }
  get origin(): AttemptOrigin {
    return this.props.origin;
  }
  /** The payer has to act, or the bank takes its time: a charge will tell how it ended. */
  get awaitsCharge(): boolean {
    return (this.state === 'requires_action' || this.state === 'processing') && this.charge === null;
  }
  /** It charges the payer, who must still want it; a capture or a cancellation only carries on what was agreed. */
  get needsPayer(): boolean {
    const operation = this.props.request?.operation;
    return operation === 'create' || operation === 'confirm';
  }
  /** It was accepted, though it may leave only later. */
  get isDeferrable(): boolean {
    const { request } = this.props;
    return request?.operation === 'create' && request.deferrable === true;
  }
  /** Nothing of it left yet, and the sweeper is to send it. */
  get isDeferred(): boolean {
    return this.isDeferrable && this.state === 'never_reached' && this.props.nextCheckAt !== null;
  }
  get isRated(): boolean {
    return this.props.riskLevel !== null || this.props.riskScore !== null;
  }
  get charge(): string | null {
    return this.props.charge;
  }
  /** Whether all that this request of ours did is known, from its own answer and not from a look while it may have gone on. */
  isAnsweredBy(stripeRequest: string): boolean {
    const { state, doubtedAt } = this.props;
    const isOver = state === 'succeeded' || state === 'declined';
    return isOver && doubtedAt === null && this.props.stripeRequest === stripeRequest;
  }
  get isOpen(): boolean {
    return isOpen(this.props.state);
  }
  get doubt(): Doubt | null {
    return this.props.doubt;
  }
  get firstSentAt(): Date | null {
    return this.props.firstSentAt;
  }
  get handedOver(): boolean {
    return this.props.handedOverAt !== null;
  }
  get checks(): number {
    return this.props.checks;
  }

  /** Sent for the first time, or again after it provably never left. */
  resend(now: Date): void {
    this.moveTo('sent');
    this.props = {
      ...this.props,
      firstSentAt: now,
      settledAt: null,
      nextCheckAt: null,
      doubt: null,
      code: null,
      message: null,
    };
  }

  settle(state: Settled, report: Partial<ChargeReport>, stripeRequest: string | null, now: Date): void {
    this.moveTo(state);
    this.props = {
      ...this.props,
      code: null,
      declineCode: null,
      message: null,
      ...onlyReport(report),
      stripeRequest: stripeRequest ?? this.props.stripeRequest,
      doubt: null,
      settledAt: now,
      nextCheckAt: null,
      handedOverAt: null,
      handedOverReason: null,
    };
  }

  /** The answer was lost. A repeat that is lost as well leaves it as it was. */
  doubtful(doubt: Doubt, message: string, now: Date, checkAt: Date): void {
    if (this.props.state !== 'unknown') this.moveTo('unknown');
    const { doubtedAt, doubtedWhy } = this.props;
    const first = { doubtedAt: doubtedAt ?? now, doubtedWhy: doubtedWhy ?? message };
    this.props = { ...this.props, ...first, doubt, message, nextCheckAt: checkAt };
  }

  /** A decline's answer does not carry the risk of its charge: it is filled in when the charge is read. */
  rate(riskScore: number | null, riskLevel: string | null): void {
    this.props = { ...this.props, riskScore, riskLevel };
  }

  /** Something happened that may settle it, or nobody could be asked: that counts as no look. */
  checkAt(at: Date): void {
    this.props = { ...this.props, nextCheckAt: at };
  }

  /** Looked at and still in doubt. */
  checkAgain(at: Date): void {
    this.props = { ...this.props, checks: this.props.checks + 1, nextCheckAt: at };
  }

  handOver(reason: string, now: Date): void {
    if (this.handedOver) return;
    this.props = { ...this.props, handedOverAt: now, handedOverReason: reason };
  }

  private moveTo(state: AttemptState): void {
    if (!mayFollow(ATTEMPT_TRANSITIONS, this.props.state, state)) {
      throw new Error(`attempt ${this.id}: ${this.props.state} cannot become ${state}`);
    }
    this.props = { ...this.props, state };
  }
}

function blank(id: string, paymentId: string, now: Date): AttemptProps {
  return {
    ...NO_CHARGE,
    id,
    paymentId,
    origin: 'api',
    actor: null,
    request: null,
    state: 'prepared',
    doubt: null,
    doubtedAt: null,
    doubtedWhy: null,
    stripeRequest: null,
    createdAt: now,
    firstSentAt: null,
    settledAt: null,
    nextCheckAt: now,
    checks: 0,
    handedOverAt: null,
    handedOverReason: null,
  };
}

/** Callers hand in wider objects; nothing but the report may enter the attempt. */
function onlyReport(report: Partial<ChargeReport>): Partial<ChargeReport> {
  const keys = Object.keys(NO_CHARGE) as (keyof ChargeReport)[];
  return Object.fromEntries(keys.filter((key) => report[key] !== undefined).map((key) => [key, report[key]]));
}
