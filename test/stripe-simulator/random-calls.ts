import fc from 'fast-check';
import type { SimulatorState } from '../support/simulator-control';
import type { SimulatorUnderTest } from './simulator-under-test';

const CARDS = [
  'pm_card_visa',
  'pm_card_bypassPending',
  'pm_card_pendingRefund',
  'pm_card_refundFail',
  'pm_card_createDispute',
  'pm_card_createDisputeInquiry',
  'pm_card_chargeDeclined',
  'pm_card_visa_chargeDeclinedInsufficientFunds',
  'pm_card_authenticationRequired',
  'pm_card_threeDSecureRequiredChargeDeclined',
] as const;
const KEY_LIFE_SECONDS = 86_400;

interface Paying {
  card: string;
  customer: boolean;
  currency: string;
  amount: number;
  capture: string;
  confirm: boolean;
}

interface Calls {
  customer: object;
  pay: Paying;
  setUp: Paying;
  confirm: { which: number; card: string };
  capture: { which: number; percent: number };
  refund: { which: number; percent: number };
  cancel: { which: number };
  cancelSetup: { which: number };
  close: { which: number };
  dispute: { which: number; percent: number; inquiry: boolean };
  decide: { which: number; decision: 'escalate' | 'lose' | 'win' };
  decideRefund: { which: number; decision: 'cancel' | 'fail' | 'succeed' };
  challenge: { which: number; outcome: string };
  challengeSetup: { which: number; outcome: string };
  evidence: { which: number; text: string };
  payOut: { which: number; percent: number };
  failPayouts: { failing: boolean };
  subscribe: { card: string; amount: number; trial: boolean };
  invoice: { which: number; amount: number };
  invoiceAction: { which: number; action: string };
  endSubscription: { which: number; at: string };
  advance: { seconds: number };
  repeat: { which: number };
}

export type Call = { [K in keyof Calls]: { do: K } & Calls[K] }[keyof Calls];
type Handlers = { [K in keyof Calls]: (call: Calls[K], state: SimulatorState) => Promise<void> };

const which = fc.nat(30);
const card = fc.constantFrom(...CARDS);
// Beyond what is left, too: then it has to be refused.
const percent = fc.integer({ min: 1, max: 120 });

const paying = {
  card,
  customer: fc.boolean(),
  currency: fc.constantFrom('gbp', 'usd', 'jpy', 'kwd'),
  amount: fc.integer({ min: 100, max: 50_000 }).map((tens) => tens * 10),
  capture: fc.constantFrom('automatic', 'automatic_async', 'manual'),
  confirm: fc.boolean(),
};

/** What a client, a customer, a bank and time may do, in any order. */
export const anyCall: fc.Arbitrary<Call> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('customer' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pay' as const), ...paying, confirm: fc.constant(true) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('pay' as const, 'setUp' as const), ...paying }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('confirm' as const), which, card }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('capture' as const), which, percent }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('refund' as const), which, percent }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('cancel' as const, 'close' as const, 'cancelSetup' as const),
      which,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('dispute' as const), which, percent, inquiry: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      which,
      decision: fc.constantFrom('escalate' as const, 'lose' as const, 'win' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('decideRefund' as const),
      which,
      decision: fc.constantFrom('cancel' as const, 'fail' as const, 'succeed' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('challenge' as const, 'challengeSetup' as const),
      which,
      outcome: fc.constantFrom('fail' as const, 'succeed' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('evidence' as const),
      which,
      text: fc.constantFrom(
        'winning_evidence',
        'winning_evidence',
        'losing_evidence',
        'escalate_inquiry_evidence',
        'nothing telling',
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('payOut' as const), which, percent }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('failPayouts' as const), failing: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      // Less than the 30 days for which events are kept.
      seconds: fc.constantFrom(61, 3_601, 90_000, 3 * 86_400, 8 * 86_400, 20 * 86_400),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('repeat' as const), which }) },
);

/** The same, where subscriptions and invoices take part. */
export const anyBillingCall: fc.Arbitrary<Call> = fc.oneof(
  { weight: 3, arbitrary: anyCall },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('subscribe' as const),
      card: fc.constantFrom(...CARDS, 'pm_card_chargeCustomerFail'),
      amount: fc.integer({ min: 1, max: 500 }).map((tens) => tens * 10),
      trial: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('invoice' as const), which, amount: fc.integer({ min: -500, max: 5_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('invoiceAction' as const),
      which,
      action: fc.constantFrom('finalize', 'pay', 'void', 'mark_uncollectible'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('endSubscription' as const),
      which,
      at: fc.constantFrom('now', 'period_end'),
    }),
  },
);

interface Sent {
  path: string;
  form: Record<string, string>;
  key: string;
  status: number;
  body: string;
  atSeconds: number;
}

/** Makes calls one after another, and remembers each with its answer so that it can be made again. */
export class Caller {
  private readonly sent: Sent[] = [];
  private seconds = 0;

  constructor(private readonly simulator: SimulatorUnderTest) {}

  async make(call: Call, state: SimulatorState): Promise<void> {
    // Each handler stands under the name of the calls that it takes.
    const handle = this.handlers[call.do] as (call: Call, state: SimulatorState) => Promise<void>;
    await handle(call, state);
  }

  private readonly handlers: Handlers = {
    customer: () => this.post('customers', { name: 'Ada' }),
    pay: (call, state) => {
      const money = { amount: String(call.amount), currency: call.currency, capture_method: call.capture };
      return this.post('payment_intents', { ...money, ...confirming(call, state) });
    },
    setUp: (call, state) => this.post('setup_intents', confirming(call, state)),
    confirm: ({ which: at, card: payment_method }, state) => {
      const intents = [...state.payment_intents, ...state.setup_intents];
      return this.on(chosen(intents, at), ({ id, object }) =>
        this.post(`${object}s/${id}/confirm`, { payment_method }),
      );
    },
    capture: ({ which: at, percent: part }, state) => {
      const held = state.payment_intents.filter(({ status }) => status === 'requires_capture');
      return this.on(chosen(held.length === 0 ? state.payment_intents : held, at), ({ id, amount }) =>
        this.post(`payment_intents/${id}/capture`, { amount_to_capture: share(amount, part) }),
      );
    },
    refund: ({ which: at, percent: part }, { charges }) =>
      this.on(chosen(charges, at), ({ id, amount }) =>
        this.post('refunds', { charge: id, amount: share(amount, part) }),
      ),
    cancel: ({ which: at }, { payment_intents: rows }) =>
      this.on(chosen(rows, at), ({ id }) => this.post(`payment_intents/${id}/cancel`, {})),
    cancelSetup: ({ which: at }, { setup_intents: rows }) =>
      this.on(chosen(rows, at), ({ id }) => this.post(`setup_intents/${id}/cancel`, {})),
    close: ({ which: at }, { disputes }) =>
      this.on(chosen(disputes, at), ({ id }) => this.post(`disputes/${id}/close`, {})),
    dispute: ({ which: at, percent: part, inquiry }, { charges }) =>
      this.on(chosen(charges, at), ({ id, amount }) =>
        this.asked(this.simulator.control.openDispute(id, { amount: Number(share(amount, part)), inquiry })),
      ),
    decide: ({ which: at, decision }, { disputes }) =>
      this.on(chosen(disputes, at), ({ id }) => this.asked(this.simulator.control.decideDispute(id, decision))),
    decideRefund: ({ which: at, decision }, { refunds }) =>
      this.on(chosen(refunds, at), ({ id }) => this.asked(this.simulator.control.decideRefund(id, decision))),
    evidence: ({ which: at, text }, { disputes }) =>
      this.on(chosen(disputes, at), ({ id }) => this.post(`disputes/${id}`, { 'evidence[uncategorized_text]': text })),
    challenge: ({ which: at, outcome }, { payment_intents: rows }) =>
      this.on(chosen(rows, at), ({ id }) => this.challenge(`payment_intents/${id}`, outcome)),
    challengeSetup: ({ which: at, outcome }, { setup_intents: rows }) =>
      this.on(chosen(rows, at), ({ id }) => this.challenge(`setup_intents/${id}`, outcome)),
    payOut: async ({ which: at, percent: part }) => {
      const { available } = await this.simulator.stripe.balance.retrieve();
      await this.on(available[at % available.length], ({ amount, currency }) =>
        this.post('payouts', { amount: share(amount, part), currency }),
      );
    },
    failPayouts: async ({ failing }) => {
      await this.simulator.control.settings({ payoutFailure: failing ? 'account_closed' : null });
    },
    subscribe: (call) => this.subscribe(call),
    invoice: ({ which: at, amount }, { customers }) =>
      this.on(chosen(customers, at), async ({ id: customer }) => {
        await this.post('invoiceitems', { customer, amount: String(amount), currency: 'gbp' });
        await this.post('invoices', { customer, pending_invoice_items_behavior: 'include', auto_advance: 'true' });
      }),
    invoiceAction: ({ which: at, action }, { invoices }) =>
      this.on(chosen(invoices, at), ({ id }) => this.post(`invoices/${id}/${action}`, {})),
    endSubscription: ({ which: at, at: when }, { subscriptions }) =>
      this.on(chosen(subscriptions, at), ({ id }) =>
        when === 'now'
          ? this.send('DELETE', `subscriptions/${id}`, {}, '').then(() => undefined)
          : this.post(`subscriptions/${id}`, { cancel_at_period_end: 'true' }),
      ),
    advance: async ({ seconds }) => {
      this.seconds += seconds;
      await this.simulator.control.advanceClock(seconds);
    },
    repeat: ({ which: at }) => this.repeat(at),
  };

  private async subscribe({ card: token, amount, trial }: Calls['subscribe']): Promise<void> {
    const { stripe } = this.simulator;
    const customer = await stripe.customers.create();
    const method = await stripe.paymentMethods.attach(token, { customer: customer.id }).catch(() => null);
    const product = await stripe.products.create({ name: 'Tea' });
    await this.post('subscriptions', {
      customer: customer.id,
      ...(method === null ? {} : { default_payment_method: method.id }),
      payment_behavior: 'allow_incomplete',
      'items[0][price_data][currency]': 'gbp',
      'items[0][price_data][product]': product.id,
      'items[0][price_data][unit_amount]': String(amount),
      'items[0][price_data][recurring][interval]': 'week',
      ...(trial ? { trial_period_days: '3' } : {}),
    });
  }

  /** Nothing is done where there is nothing yet to do it to. */
  private async on<T>(object: T | undefined, act: (object: T) => Promise<void>): Promise<void> {
    if (object !== undefined) await act(object);
  }

  /** What waits for no challenge is refused. */
  private async challenge(path: string, outcome: string): Promise<void> {
    const body = JSON.stringify({ outcome });
    await fetch(`${this.simulator.url}/_simulator/${path}/authenticate`, { method: 'POST', body });
  }

  private async post(path: string, form: Record<string, string>): Promise<void> {
    const key = `call-${this.sent.length}`;
    const answer = await this.send('POST', path, form, key);
    this.sent.push({ path, form, key, atSeconds: this.seconds, ...answer });
    // Whatever is asked for, nothing breaks.
    expect(answer.status).toBeLessThan(500);
  }

  private async send(
    method: 'DELETE' | 'POST',
    path: string,
    form: Record<string, string>,
    key: string,
  ): Promise<{ status: number; body: string }> {
    const response = await fetch(`${this.simulator.url}/v1/${path}`, {
      method,
      headers: { Authorization: 'Bearer sk_test_random', ...(key === '' ? {} : { 'Idempotency-Key': key }) },
      body: new URLSearchParams(form),
    });
    return { status: response.status, body: await response.text() };
  }

  /** Of the control API, which may refuse but not break. */
  private async asked(answer: Promise<unknown>): Promise<void> {
    await answer.catch((error: unknown) => {
      expect(String(error)).toContain('was answered 400');
    });
  }

  /** Changes nothing, and is answered as before. */
  private async repeat(at: number): Promise<void> {
    const young = this.sent.filter(({ atSeconds }) => this.seconds - atSeconds < KEY_LIFE_SECONDS);
    const earlier = young[at % young.length];
    if (earlier === undefined) return;
    const before = await this.simulator.control.savedState();
    const again = await this.send('POST', earlier.path, earlier.form, earlier.key);
    expect(again.status).toBe(earlier.status);
    if (earlier.status !== 400) expect(again.body).toBe(earlier.body);
    expect({ ...(await this.simulator.control.savedState()).tables, idempotency: [] }).toEqual({
      ...before.tables,
      idempotency: [],
    });
  }
}

function chosen<T>(rows: readonly T[], at: number): T | undefined {
  return rows[at % rows.length];
}

function confirming(call: Paying, { customers }: SimulatorState): Record<string, string> {
  const customer = call.customer ? chosen(customers, call.amount) : undefined;
  return {
    ...(customer === undefined ? {} : { customer: customer.id }),
    payment_method: call.card,
    'automatic_payment_methods[enabled]': 'true',
    'automatic_payment_methods[allow_redirects]': 'never',
    ...(call.confirm ? { confirm: 'true' } : {}),
  };
}

/** In whole tens, as some currencies want it. */
function share(amount: number, percent: number): string {
  return String(Math.max(10, Math.round((amount * percent) / 1_000) * 10));
}
