import { IS_LONG, report, SEED } from '../support/fault-suite';
import { House } from '../support/house';
import { PostgresWire } from '../support/postgres-wire';
import { eventually, token, type Answer } from '../support/running-service';

const PAYMENT = { amount: 4_999, currency: 'gbp' };
const VISA = { paymentMethod: 'pm_card_visa', confirm: true };
const HELD = { ...PAYMENT, ...VISA, captureMethod: 'manual' };
const RETURN = 'https://shop.example/back';

/** The repeated question, with one key, and what its answer ends with. */
interface Flow {
  readonly name: string;
  /** Brings it about, up to what is asked, before anything is lost. */
  readonly prepare: (town: Town, reference: string) => Promise<Asking>;
  readonly ends: object;
  /** What of it Stripe does once. */
  readonly effect: RegExp;
}

type Asking = () => Promise<Answer>;

/** The service over a database whose answers can be lost, with its Stripe. */
class Town {
  constructor(
    readonly house: House,
    readonly wire: PostgresWire,
  ) {}

  post(path: string, key: string, body: object, bearer?: string): Promise<Answer> {
    return this.house.service.post(`/api/v1${path}`, key, body, bearer);
  }

  async payment(reference: string, body: object): Promise<string> {
    const made = await this.post('/payments', `make ${reference}`, { ...body, reference });
    expect(made.status).toBe(201);
    return String(made.body.id);
  }

  /** As often as it takes; what a caller is told meanwhile must let them ask again. */
  async untilAnswered(ask: Asking): Promise<Answer> {
    return eventually(async () => {
      const answer = await ask();
      const { status, body } = answer;
      if (status === 503) expect(answer.headers.get('retry-after')).toMatch(/^[1-9]/);
      const isLater = status === 202 || status === 503 || body.code === 'in_progress';
      if (isLater) throw new Error(`${String(status)} ${answer.text}`);
      return answer;
    }, 30_000);
  }

  /** Effects at Stripe, repeats under one key aside. */
  async effects(route: RegExp): Promise<number> {
    const journal = await this.house.stripe.journal();
    return journal.filter(
      ({ method, path, effect, replayed }) => method === 'POST' && route.test(path) && effect && !replayed,
    ).length;
  }
}

const operation = (name: string, body: object, held: object, ends: object): Flow => ({
  name,
  prepare: async (town, reference) => {
    const id = await town.payment(reference, held);
    return () => town.post(`/payments/${id}/${name}`, reference, body);
  },
  ends,
  effect: new RegExp(`^/v1/payment_intents/[^/]+/${name}$`),
});

const FLOWS: readonly Flow[] = [
  {
    name: 'create',
    prepare: (town, reference) =>
      Promise.resolve(() => town.post('/payments', reference, { ...PAYMENT, ...VISA, reference })),
    ends: { status: 'succeeded', capturedAmount: 4_999 },
    effect: /^\/v1\/payment_intents$/,
  },
  operation('confirm', { paymentMethod: 'pm_card_visa', returnUrl: RETURN }, PAYMENT, { status: 'succeeded' }),
  operation('capture', { amount: 3_000 }, HELD, { status: 'succeeded', capturedAmount: 3_000 }),
  operation('cancel', {}, HELD, { status: 'canceled' }),
  {
    name: 'refund',
    prepare: async (town, reference) => {
      const paymentId = await town.payment(reference, { ...PAYMENT, ...VISA });
      return () => town.post('/refunds', reference, { paymentId, amount: 1_000 });
    },
    ends: { status: 'succeeded', amount: 1_000 },
    effect: /^\/v1\/refunds$/,
  },
  {
    name: 'setup',
    prepare: async (town, reference) => {
      const bearer = await token({ role: 'customer', subject: `auth|${reference}` });
      const body = { consent: { textVersion: 'cards-3' }, ...VISA };
      return () => town.post('/billing/payment-methods/setups', reference, body, bearer);
    },
    ends: { status: 'succeeded' },
    effect: /^\/v1\/setup_intents$/,
  },
  {
    name: 'refund in the dashboard',
    prepare: async (town, reference) => {
      const id = await town.payment(reference, { ...PAYMENT, ...VISA });
      const { payment_intents: intents } = await town.house.stripe.state();
      const intent = intents.find(({ metadata }) => metadata.cashdesk_payment === id);
      return async () => {
        await refundInDashboard(town, String(intent?.id), reference);
        const payment = await town.house.service.get(`/api/v1/payments/${id}`);
        return payment.body.refundedAmount === 500 ? payment : { ...payment, status: 202 };
      };
    },
    ends: { refundedAmount: 500 },
    effect: /^\/v1\/refunds$/,
  },
];

/** By somebody who is not Cashdesk; asking twice under one key is asking once. */
async function refundInDashboard(town: Town, intent: string, key: string): Promise<void> {
  const { status } = await fetch(`${town.house.stripeUrl}/v1/refunds`, {
    method: 'POST',
    body: new URLSearchParams({ payment_intent: intent, amount: '500' }),
    headers: { authorization: 'Bearer sk_test_somebody', 'idempotency-key': `dashboard ${key}` },
  });
  expect(status).toBe(200);
}

/** The first table that it writes. */
function writtenBy(statements: readonly string[]): string {
  const [, table = ''] = /(?:INSERT INTO|UPDATE|DELETE FROM) (\w{3,})/.exec(statements.join(' ')) ?? [];
  return table;
}

/** Commits of a flow until it has settled; there are never so many. */
const MOST = 40;
/** The short form loses every so-many-th of them, beginning anywhere. */
const STRIDE = IS_LONG ? 1 : 16;

describe('a commit that PostgreSQL carried out, and whose acknowledgement is lost', () => {
  let town: Town;
  const rows: (string | number)[][] = [['flow', 'runs', 'commits lost', 'answered 503', 'effects at Stripe', 'lost']];

  beforeAll(async () => {
    const house = await House.build();
    const wire = await PostgresWire.before(house.database.url);
    await house.open({ databaseUrl: wire.url, env: { STRIPE_TIMEOUT_MS: '500' } });
    town = new Town(house, wire);
  });
  afterAll(async () => {
    report('Commits whose acknowledgement is lost', rows);
    await town.house.tearDown();
    await town.wire.close();
  });

  it.each(FLOWS)(
    'does nothing twice: $name',
    async ({ name, prepare, ends, effect }) => {
      let [runs, refused] = [0, 0];
      const lost: string[] = [];
      const before = await town.effects(effect);
      for (let at = 1 + (SEED % STRIDE); at <= MOST; at += STRIDE) {
        runs += 1;
        const ask = await prepare(town, `${name} ${String(at)}`);
        await town.house.assertOracles();
        town.wire.loseCommit(at);
        const answer = await town.untilAnswered(async () => {
          const first = await ask();
          if (first.status === 503) refused += 1;
          return first;
        });
        await town.house.assertOracles();
        const struck = town.wire.clear();
        expect({ at, struck, ...answer.body }).toMatchObject(ends);
        expect((await ask()).body).toMatchObject(ends);
        if (struck === null) break;
        lost.push(writtenBy(struck));
      }
      const effects = (await town.effects(effect)) - before;
      rows.push([name, runs, lost.length, refused, effects, lost.join(', ')]);
      expect(effects).toBe(runs);
    },
    240_000,
  );
});
