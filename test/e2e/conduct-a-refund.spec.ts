import Stripe from 'stripe';
import { query } from '../support/query';
import { House } from '../support/house';
import { eventually, token } from '../support/running-service';

const REFUNDS = '/api/v1/refunds';
const AMOUNT = 1_000;

interface Shown {
  readonly state: string;
  readonly reason: string | null;
  readonly steps: readonly { readonly name: string; readonly state: string; readonly waitsFor: string | null }[];
}

let house: House;
let stripe: Stripe.Stripe;
let sue: string;
let fred: string;
let numbered = 0;

beforeAll(async () => {
  house = await House.build();
  await house.open();
  const { hostname: host, port } = new URL(house.stripeUrl);
  stripe = new Stripe('sk_test_dashboard', { host, port, protocol: 'http' });
  sue = await token({ role: 'support', subject: 'sue' });
  fred = await token({ role: 'finance', subject: 'fred' });
});
afterAll(() => house.tearDown());
afterEach(() => house.assertOracles());

async function paid(more: object = {}): Promise<string> {
  const reference = `booking ${String(++numbered)}`;
  const charge = { amount: 5_000, currency: 'gbp', reference, paymentMethod: 'pm_card_visa', confirm: true, ...more };
  const { body } = await house.service.post('/api/v1/payments', reference, charge);
  expect(body.status).toBe('succeeded');
  return String(body.id);
}

async function asked(paymentId: string, bearer: string): Promise<Record<string, unknown>> {
  const key = `refund ${String(++numbered)}`;
  return (await house.service.post(REFUNDS, key, { paymentId, amount: AMOUNT }, bearer)).body;
}

async function inDashboard(paymentId: string, amount: number): Promise<string> {
  const sql = 'SELECT stripe_payment_intent AS intent FROM payments WHERE id = $1';
  const [payment] = await query(house.database.url, sql, [paymentId]);
  return (await stripe.refunds.create({ payment_intent: String(payment?.intent), amount })).id;
}

const ofDashboard = (id: string) => query(house.database.url, 'SELECT id FROM refunds WHERE stripe_refund = $1', [id]);

const approve = (id: unknown) =>
  house.service.post(`${REFUNDS}/${String(id)}/approve`, `approve ${String(++numbered)}`, {}, fred);

async function sagaOf(refund: unknown): Promise<Shown> {
  const [saga] = await query(house.database.url, 'SELECT state, reason, steps FROM sagas WHERE subject = $1', [refund]);
  return saga as unknown as Shown;
}

function untilSaga(refund: unknown, expected: object): Promise<void> {
  return eventually(async () => {
    expect(await sagaOf(refund)).toMatchObject(expected);
  }, 20_000);
}

async function told(refund: unknown): Promise<unknown[]> {
  const sql =
    "SELECT data FROM domain_events WHERE type = 'refund.customer_to_be_told' AND data->>'refund' = $1 ORDER BY id";
  return (await query(house.database.url, sql, [refund])).map(({ data }) => data);
}

const step = (name: string, state: string) => ({ name, state });

describe('the saga of a refund, end to end', () => {
  it('waits for approval, and then sees it through to the notice, which holds ids only', async () => {
    const { id } = await asked(await paid(), sue);
    await untilSaga(id, { state: 'waiting', steps: [{ waitsFor: 'somebody to approve it' }, {}, {}, {}] });
    expect(await told(id)).toEqual([]);
    expect((await approve(id)).body).toMatchObject({ status: 'succeeded' });
    const done = ['approval', 'stripe', 'ledger', 'notice'].map((name) => step(name, 'done'));
    await untilSaga(id, { state: 'completed', steps: done, reason: null });
    expect(await told(id)).toEqual([{ refund: id, kind: 'succeeded' }]);
  });

  it('is undone when Stripe refuses: nothing is posted, and the customer hears that nothing comes', async () => {
    const paymentId = await paid();
    const { id } = await asked(paymentId, sue);
    // All of it goes back in the dashboard, and nothing tells of that yet.
    await house.stripe.pauseWebhooks();
    const there = await inDashboard(paymentId, 5_000);
    expect((await approve(id)).body).toMatchObject({ code: 'refund_refused' });
    await house.stripe.resumeWebhooks();
    await untilSaga(id, { state: 'compensated', reason: expect.stringContaining('stripe: the refund is failed') });
    expect(await told(id)).toEqual([{ refund: id, kind: 'failed' }]);
    const posted = await query(house.database.url, 'SELECT kind FROM ledger_transactions WHERE subject = $1', [id]);
    expect(posted).toEqual([]);
    await eventually(async () => expect(await ofDashboard(there)).toHaveLength(1));
  });

  it('is taken up again when the bank sends the money back: the books are reversed, the customer is told the truth', async () => {
    const refund = await asked(await paid(), fred);
    await untilSaga(refund.id, { state: 'completed' });
    await house.stripe.decideRefund(String(refund.stripeRefund), 'fail', 'lost_or_stolen_card');
    const undone = ['approval', 'stripe', 'ledger', 'notice'].map((name) => step(name, 'compensated'));
    await untilSaga(refund.id, { state: 'compensated', steps: undone });
    expect(await told(refund.id)).toMatchObject([{ kind: 'succeeded' }, { kind: 'failed' }]);
    const posted = await query(house.database.url, 'SELECT kind FROM ledger_transactions WHERE subject = $1', [
      refund.id,
    ]);
    expect(posted.map(({ kind }) => kind).sort()).toEqual(['refund_reversed', 'refund_succeeded']);
  });

  it('has no part in a refund of the dashboard, of which nobody is told', async () => {
    const there = await inDashboard(await paid(), AMOUNT);
    const id = await eventually(async () => {
      const [refund] = await ofDashboard(there);
      if (refund === undefined) throw new Error('it is not mirrored yet');
      return refund.id;
    });
    expect([await sagaOf(id), await told(id)]).toEqual([undefined, []]);
  });
});

describe('killed while a saga is at any of its steps', () => {
  it.each(['approval', 'stripe', 'ledger', 'notice'])(
    '(%s) it goes on, and each effect is there once',
    async (name) => {
      const { id } = await asked(await paid(), sue);
      if (name !== 'approval') await approve(id);
      await eventually(async () => {
        const steps = (await sagaOf(id)).steps;
        const place = steps.findIndex((each) => each.name === name);
        // It is this step's turn, or has just been.
        expect(place === 0 || steps[place - 1]?.state === 'done').toBe(true);
      }, 20_000);
      await house.service.kill();
      await house.open();
      if (name === 'approval') await approve(id);
      await untilSaga(id, { state: 'completed' });
      expect(await told(id)).toEqual([{ refund: id, kind: 'succeeded' }]);
    },
  );
});
