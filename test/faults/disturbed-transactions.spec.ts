import { IS_LONG, shuffled } from '../support/fault-suite';
import { House } from '../support/house';
import { query } from '../support/query';
import { token, type Answer } from '../support/running-service';

const PAYMENT = { amount: 4_999, currency: 'gbp' };
const VISA = { paymentMethod: 'pm_card_visa', confirm: true };
const HELD = { ...PAYMENT, ...VISA, captureMethod: 'manual' };
const DISTURBED = 'disturbed by the spec';

/** The n-th row that is written from now on meets a deadlock, or a serialisation failure: PostgreSQL rolls back. */
const DISTURBANCES = `
CREATE SEQUENCE rows_written;
CREATE TABLE disturbances (at bigint NOT NULL, sqlstate text NOT NULL);
INSERT INTO disturbances VALUES (0, '40P01');
CREATE FUNCTION disturb() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE armed disturbances;
BEGIN
  SELECT * INTO armed FROM disturbances;
  IF armed.at > 0 AND nextval('rows_written') = armed.at THEN
    RAISE EXCEPTION '${DISTURBED}' USING ERRCODE = armed.sqlstate;
  END IF;
  RETURN NEW;
END $$;
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT IN ('migrations', 'disturbances')
  LOOP
    EXECUTE format('CREATE TRIGGER disturbed BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION disturb()', name);
  END LOOP;
END $$`;

interface Flow {
  readonly name: string;
  readonly prepare: (reference: string) => Promise<() => Promise<Answer>>;
  readonly status: number;
  readonly ends: object;
  readonly route: RegExp;
}

describe('a deadlock or a serialisation failure', () => {
  let house: House;
  beforeAll(async () => {
    house = await House.build();
    await query(house.database.url, DISTURBANCES);
    await house.open();
  });
  afterAll(() => house.tearDown());

  const post = (path: string, key: string, body: object, bearer?: string) =>
    house.service.post(`/api/v1${path}`, key, body, bearer);

  const made = async (reference: string, body: object) => {
    const { body: payment } = await post('/payments', `make ${reference}`, { ...body, reference });
    return String(payment.id);
  };

  const operation = (name: string, held: object, body: object, status: string): Flow => ({
    name,
    prepare: async (reference) => {
      const id = await made(reference, held);
      return () => post(`/payments/${id}/${name}`, reference, body);
    },
    status: 200,
    ends: { status },
    route: new RegExp(`^/v1/payment_intents/[^/]+/${name}$`),
  });

  const flows: Flow[] = [
    {
      name: 'create',
      prepare: (reference) => Promise.resolve(() => post('/payments', reference, { ...PAYMENT, ...VISA, reference })),
      status: 201,
      ends: { status: 'succeeded' },
      route: /^\/v1\/payment_intents$/,
    },
    operation('confirm', PAYMENT, { paymentMethod: 'pm_card_visa', returnUrl: 'https://shop.example' }, 'succeeded'),
    operation('capture', HELD, {}, 'succeeded'),
    operation('cancel', HELD, {}, 'canceled'),
    {
      name: 'refund',
      prepare: async (reference) => {
        const paymentId = await made(reference, { ...PAYMENT, ...VISA });
        return () => post('/refunds', reference, { paymentId, amount: 1_000 });
      },
      status: 201,
      ends: { status: 'succeeded' },
      route: /^\/v1\/refunds$/,
    },
    {
      name: 'setup',
      prepare: async (reference) => {
        const bearer = await token({ role: 'customer', subject: `auth|${reference}` });
        const body = { consent: { textVersion: 'cards-3' }, ...VISA };
        return () => post('/billing/payment-methods/setups', reference, body, bearer);
      },
      status: 201,
      ends: { status: 'succeeded' },
      route: /^\/v1\/setup_intents$/,
    },
  ];

  async function arm(at: number): Promise<void> {
    const sqlstate = at % 2 === 0 ? '40001' : '40P01';
    await query(house.database.url, `SELECT setval('rows_written', 1, false)`);
    await query(house.database.url, 'UPDATE disturbances SET at = $1, sqlstate = $2', [at, sqlstate]);
  }

  /** Whether so many rows were written since. */
  async function struck(at: number): Promise<boolean> {
    const [row] = await query(house.database.url, 'SELECT last_value::int AS n FROM rows_written');
    return Number(row?.n) >= at;
  }

  const asked = async (route: RegExp) =>
    (await house.stripe.journal({ method: 'POST' })).filter(({ path }) => route.test(path)).length;

  it.each(IS_LONG ? flows : shuffled(flows, ({ name }) => name).slice(0, 2))(
    'at any row that is written is run again in the database, and Stripe is asked once: $name',
    async ({ name, prepare, status, ends, route }) => {
      let at = 0;
      do {
        at += 1;
        const ask = await prepare(`${name} ${String(at)}`);
        const before = await asked(route);
        await arm(at);
        const answer = await ask();
        expect({ at, ...answer.body }).toMatchObject(ends);
        expect([at, answer.status]).toEqual([at, status]);
        expect([at, (await asked(route)) - before]).toEqual([at, 1]);
      } while (await struck(at));
      expect(at).toBeGreaterThan(3);
      await arm(0);
      await house.assertOracles();
      // Neither a caller nor a log heard of it.
      expect(house.service.output).not.toContain(DISTURBED);
    },
  );
});
