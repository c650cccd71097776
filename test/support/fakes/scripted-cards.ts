import {
  PaymentMethodGateway,
  type DetachAnswer,
  type PaymentMethodReading,
  type PaymentMethodSight,
  type SubscriptionsReading,
} from '../../../src/application/customer/payment-method-gateway';
import {
  SetupGateway,
  type SetupAnswer,
  type SetupReading,
  type SetupSight,
} from '../../../src/application/customer/setup-gateway';
import type { Setup, SetupObservation } from '../../../src/domain/customer/setup';
import { VISA } from '../card-samples';

/** What befalls a call: on the way there, on the way back, or at Stripe. */
export type CardTrouble = 'not_reached' | 'lost_before' | 'lost_after' | 'stored_500_after' | 'invalid';

const DECLINE = { code: 'card_declined', declineCode: 'insufficient_funds', field: null };
const INVALID = { code: 'resource_missing', declineCode: null, field: 'payment_method' };

/**
 * Stripe's setups and payment methods in little, with idempotency keys, and answers that get lost when they are told
 * to. `pm_declined…` is declined, `pm_challenge…` asks for authentication, any other is saved.
 */
export class ScriptedCards {
  readonly intents = new Map<string, SetupSight>();
  readonly methods = new Map<string, PaymentMethodSight>();
  /** Live subscriptions, by the method that they are charged to. */
  readonly subscriptions = new Map<string, string[]>();
  /** `create set_1`, `read seti_1`, `list set_1`, `method pm_1`, `detach pm_1`, `subscriptions pm_1`. */
  readonly calls: string[] = [];
  /** Nothing that is asked gets an answer. */
  unavailable = false;
  /** Runs when something was done or read, and before the answer leaves: the place of who is faster. */
  beforeAnswer: (call: string) => Promise<void> = () => Promise.resolve();
  readonly setupGateway: SetupGateway;
  readonly methodGateway: PaymentMethodGateway;
  readonly #trouble: CardTrouble[] = [];

  constructor() {
    this.setupGateway = new ScriptedSetups(this);
    this.methodGateway = new ScriptedMethods(this);
  }

  /** What befalls the next changes, one each. */
  strike(...trouble: CardTrouble[]): void {
    this.#trouble.push(...trouble);
  }

  async begin(call: string): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.calls.push(call);
  }

  nextTrouble(): CardTrouble | undefined {
    return this.#trouble.shift();
  }

  /** As in Stripe's dashboard. */
  attach(id: string, stripeCustomer: string): void {
    this.methods.set(id, { id, details: VISA, stripeCustomer });
  }

  detach(id: string): void {
    this.methods.set(id, { ...this.methods.get(id)!, stripeCustomer: null });
  }

  /** The customer finished it in their browser, or the bank decided. */
  finish(setupIntent: string, status: 'succeeded' | 'canceled' = 'succeeded'): void {
    const sight = this.intents.get(setupIntent)!;
    const paymentMethod = sight.seen.paymentMethod ?? 'pm_browser';
    this.keep(sight, { status, nextAction: null, paymentMethod });
  }

  keep(sight: SetupSight, change: Partial<SetupObservation>): SetupSight {
    const seen = { ...sight.seen, ...change };
    const { paymentMethod, setupIntent, status } = seen;
    if (status === 'succeeded' && paymentMethod !== null) this.attach(paymentMethod, sight.stripeCustomer!);
    this.intents.set(setupIntent, { ...sight, seen });
    return this.shown(setupIntent)!;
  }

  /** With the method as it stands now. */
  shown(setupIntent: string): SetupSight | null {
    const sight = this.intents.get(setupIntent);
    if (sight === undefined) return null;
    return { ...sight, method: this.methods.get(sight.seen.paymentMethod ?? '') ?? null };
  }

  changes(): string[] {
    return this.calls.filter((call) => /^(create|detach) /.test(call));
  }
}

class ScriptedSetups extends SetupGateway {
  readonly #answers = new Map<string, SetupAnswer>();

  constructor(private readonly stripe: ScriptedCards) {
    super();
  }

  override async create(setup: Setup): Promise<SetupAnswer> {
    await this.stripe.begin(`create ${setup.id}`);
    const trouble = this.stripe.nextTrouble();
    if (trouble === 'not_reached') return { kind: 'never_reached', message: 'No connection to Stripe.' };
    if (trouble === 'lost_before') return LOST;
    const kept = this.#answers.get(setup.idempotencyKey);
    const answer = kept ?? (trouble === 'invalid' ? REFUSED : this.make(setup));
    const said = trouble === 'stored_500_after' ? LOST : answer;
    this.#answers.set(setup.idempotencyKey, said);
    await this.stripe.beforeAnswer(`create ${setup.id}`);
    return trouble === 'lost_after' ? LOST : said;
  }

  override async read(setupIntent: string): Promise<SetupReading> {
    await this.stripe.begin(`read ${setupIntent}`);
    const sight = this.stripe.shown(setupIntent);
    await this.stripe.beforeAnswer(`read ${setupIntent}`);
    return this.answer(sight);
  }

  override async findCreated(setup: Setup): Promise<SetupReading> {
    await this.stripe.begin(`list ${setup.id}`);
    const found = [...this.stripe.intents.values()].find(({ setupId }) => setupId === setup.id);
    return this.answer(found === undefined ? null : this.stripe.shown(found.seen.setupIntent));
  }

  private answer(sight: SetupSight | null): SetupReading {
    if (this.stripe.unavailable) return { kind: 'unavailable', message: 'Stripe does not answer.' };
    return sight === null ? { kind: 'missing' } : { kind: 'found', sight };
  }

  private make(setup: Setup): SetupAnswer {
    const { stripeCustomer, paymentMethod, confirm } = setup.snapshot().request;
    const id = `seti_${String(this.stripe.intents.size + 1)}`;
    const seen: SetupObservation = {
      setupIntent: id,
      status: paymentMethod === null ? 'requires_payment_method' : 'requires_confirmation',
      clientSecret: `${id}_secret_1`,
      nextAction: null,
      redirectUrl: null,
      failure: null,
      paymentMethod,
    };
    const made = this.stripe.keep({ setupId: setup.id, stripeCustomer, seen, method: null }, {});
    if (!confirm || paymentMethod === null) return { kind: 'accepted', sight: made };
    if (paymentMethod.startsWith('pm_declined')) {
      const sight = this.stripe.keep(made, { status: 'requires_payment_method', failure: DECLINE });
      return { kind: 'refused', failure: DECLINE, sight };
    }
    const challenge = { status: 'requires_action', nextAction: { type: 'redirect_to_url' } } as const;
    const change = paymentMethod.startsWith('pm_challenge') ? challenge : ({ status: 'succeeded' } as const);
    return { kind: 'accepted', sight: this.stripe.keep(made, change) };
  }
}

class ScriptedMethods extends PaymentMethodGateway {
  constructor(private readonly stripe: ScriptedCards) {
    super();
  }

  override async read(id: string): Promise<PaymentMethodReading> {
    await this.stripe.begin(`method ${id}`);
    const seen = this.stripe.methods.get(id);
    await this.stripe.beforeAnswer(`method ${id}`);
    if (this.stripe.unavailable) return AWAY;
    return seen === undefined ? { kind: 'missing' } : { kind: 'found', seen };
  }

  override async detach(id: string): Promise<DetachAnswer> {
    await this.stripe.begin(`detach ${id}`);
    const trouble = this.stripe.nextTrouble();
    if (trouble === 'not_reached' || trouble === 'lost_before') return AWAY;
    if (trouble === 'invalid') return { kind: 'refused', code: 'lock_timeout' };
    this.stripe.detach(id);
    await this.stripe.beforeAnswer(`detach ${id}`);
    return trouble === undefined ? { kind: 'detached' } : AWAY;
  }

  override async liveSubscriptionsOn(id: string): Promise<SubscriptionsReading> {
    await this.stripe.begin(`subscriptions ${id}`);
    if (this.stripe.unavailable) return AWAY;
    return { kind: 'read', subscriptions: this.stripe.subscriptions.get(id) ?? [] };
  }
}

const AWAY = { kind: 'unavailable', message: 'The answer was lost.' } as const;
const LOST: SetupAnswer = { kind: 'unknown', message: 'The answer was lost.' };
const REFUSED: SetupAnswer = { kind: 'refused', failure: INVALID, sight: null };
