import fc from 'fast-check';
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

export type Call =
  | { do: 'customer' }
  | {
      do: 'pay' | 'setUp';
      card: string;
      customer: boolean;
      currency: string;
      amount: number;
      capture: string;
      confirm: boolean;
    }
  | { do: 'confirm'; which: number; card: string }
  | { do: 'capture' | 'refund'; which: number; percent: number }
  | { do: 'cancel' | 'close' | 'cancelSetup'; which: number }
  | { do: 'challenge' | 'challengeSetup'; which: number; outcome: 'fail' | 'succeed' }
  | { do: 'evidence'; which: number; text: string }
  | { do: 'payOut'; which: number; percent: number }
  | { do: 'fail payouts'; failing: boolean }
  | { do: 'advance'; seconds: number }
  | { do: 'repeat'; which: number };

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
      text: fc.constantFrom('winning_evidence', 'losing_evidence', 'escalate_inquiry_evidence', 'nothing telling'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('payOut' as const), which, percent }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail payouts' as const), failing: fc.boolean() }) },
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

  async make(call: Call): Promise<void> {
    const { control } = this.simulator;
    const state = await control.state();
    const chosen = <T extends { id: string }>(rows: readonly T[], at: number): T | undefined => rows[at % rows.length];
    switch (call.do) {
      case 'customer':
        return this.post('customers', { name: 'Ada' });
      case 'pay':
      case 'setUp': {
        const customer = call.customer ? chosen(state.customers, call.amount) : undefined;
        const money = { amount: String(call.amount), currency: call.currency, capture_method: call.capture };
        return this.post(call.do === 'pay' ? 'payment_intents' : 'setup_intents', {
          ...(call.do === 'pay' ? money : {}),
          ...(customer === undefined ? {} : { customer: customer.id }),
          payment_method: call.card,
          'automatic_payment_methods[enabled]': 'true',
          'automatic_payment_methods[allow_redirects]': 'never',
          ...(call.confirm ? { confirm: 'true' } : {}),
        });
      }
      case 'confirm': {
        const intent = chosen([...state.payment_intents, ...state.setup_intents], call.which);
        return intent && this.post(`${intent.object}s/${intent.id}/confirm`, { payment_method: call.card });
      }
      case 'capture': {
        const held = state.payment_intents.filter(({ status }) => status === 'requires_capture');
        const intent = chosen(held.length === 0 ? state.payment_intents : held, call.which);
        const amount_to_capture = String(share(intent?.amount ?? 0, call.percent));
        return intent && this.post(`payment_intents/${intent.id}/capture`, { amount_to_capture });
      }
      case 'refund': {
        const charge = chosen(state.charges, call.which);
        return (
          charge && this.post('refunds', { charge: charge.id, amount: String(share(charge.amount, call.percent)) })
        );
      }
      case 'cancel':
        return this.at(chosen(state.payment_intents, call.which), 'payment_intents', 'cancel');
      case 'cancelSetup':
        return this.at(chosen(state.setup_intents, call.which), 'setup_intents', 'cancel');
      case 'close':
        return this.at(chosen(state.disputes, call.which), 'disputes', 'close');
      case 'evidence': {
        const dispute = chosen(state.disputes, call.which);
        return dispute && this.post(`disputes/${dispute.id}`, { 'evidence[uncategorized_text]': call.text });
      }
      case 'challenge':
        return this.challenge('payment_intents', chosen(state.payment_intents, call.which), call.outcome);
      case 'challengeSetup':
        return this.challenge('setup_intents', chosen(state.setup_intents, call.which), call.outcome);
      case 'payOut': {
        const { available } = await this.simulator.stripe.balance.retrieve();
        const { amount = 0, currency = 'gbp' } = available[call.which % available.length] ?? {};
        return this.post('payouts', { amount: String(Math.max(1, share(amount, call.percent))), currency });
      }
      case 'fail payouts':
        await control.settings({ payoutFailure: call.failing ? 'account_closed' : null });
        return;
      case 'advance':
        this.seconds += call.seconds;
        await control.advanceClock(call.seconds);
        return;
      case 'repeat':
        return this.repeat(call.which);
    }
  }

  private at(object: { id: string } | undefined, kind: string, action: string): Promise<void> | undefined {
    return object && this.post(`${kind}/${object.id}/${action}`, {});
  }

  private async challenge(kind: string, object: { id: string } | undefined, outcome: string): Promise<void> {
    if (object === undefined) return;
    const { url } = this.simulator;
    // What waits for no challenge is refused.
    await fetch(`${url}/_simulator/${kind}/${object.id}/authenticate`, {
      method: 'POST',
      body: JSON.stringify({ outcome }),
    });
  }

  private async post(path: string, form: Record<string, string>): Promise<void> {
    const key = `call-${this.sent.length}`;
    const answer = await this.send(path, form, key);
    this.sent.push({ path, form, key, atSeconds: this.seconds, ...answer });
    // Whatever is asked for, nothing breaks.
    expect(answer.status).toBeLessThan(500);
  }

  private async send(
    path: string,
    form: Record<string, string>,
    key: string,
  ): Promise<{ status: number; body: string }> {
    const response = await fetch(`${this.simulator.url}/v1/${path}`, {
      method: 'POST',
      headers: { Authorization: 'Bearer sk_test_random', 'Idempotency-Key': key },
      body: new URLSearchParams(form),
    });
    return { status: response.status, body: await response.text() };
  }

  /** Changes nothing, and is answered as before. */
  private async repeat(at: number): Promise<void> {
    const young = this.sent.filter(({ atSeconds }) => this.seconds - atSeconds < KEY_LIFE_SECONDS);
    const earlier = young[at % young.length];
    if (earlier === undefined) return;
    const before = await this.simulator.control.savedState();
    const again = await this.send(earlier.path, earlier.form, earlier.key);
    expect(again.status).toBe(earlier.status);
    if (earlier.status !== 400) expect(again.body).toBe(earlier.body);
    expect({ ...(await this.simulator.control.savedState()).tables, idempotency: [] }).toEqual({
      ...before.tables,
      idempotency: [],
    });
  }
}

function share(amount: number, percent: number): number {
  // KWD takes whole tens only.
  return Math.max(10, Math.round((amount * percent) / 1_000) * 10);
}
