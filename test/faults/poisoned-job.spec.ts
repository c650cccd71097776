import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IS_LONG, shuffled } from '../support/fault-suite';
import { House } from '../support/house';
import { query } from '../support/query';
import { eventually, token } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const JOBS = '/api/v1/admin/jobs';
const VISA = { amount: 4_999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };
const MOST_TRIES = 14;

interface DeadLetter {
  readonly id: string;
  readonly key: string;
  readonly tries: number;
  readonly failure: string;
}

/*
 * The poison is a trigger of the database that refuses a row, as a constraint does that nobody thought of, or a full disk.
 */
describe('a job that fails whenever it is tried', () => {
  let house: House;
  let numbered = 0;
  beforeAll(async () => {
    house = await House.build();
    await house.open();
    await sql(`
      CREATE TABLE poison (word text);
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM poison WHERE NEW::text LIKE '%' || word || '%') THEN
          RAISE EXCEPTION 'poisoned';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON refunds FOR EACH ROW EXECUTE FUNCTION refuse();
      CREATE TRIGGER refuse BEFORE INSERT ON domain_events FOR EACH ROW EXECUTE FUNCTION refuse();`);
  });
  afterAll(() => house.tearDown());
  afterEach(() => house.assertOracles());

  const sql = (text: string, values?: unknown[]) => query(house.database.url, text, values);
  const poison = (...words: string[]) => sql('INSERT INTO poison SELECT unnest($1::text[])', [words]);
  const cured = () => sql('TRUNCATE poison');

  async function paid(): Promise<{ id: string; intent: string }> {
    const reference = `booking ${String(++numbered)}`;
    const { body } = await house.service.post(PAYMENTS, reference, { ...VISA, reference });
    const [row] = await sql('SELECT stripe_payment_intent AS intent FROM payments WHERE id = $1', [body.id]);
    return { id: String(body.id), intent: String(row?.intent) };
  }

  async function refundInDashboard({ intent }: { intent: string }): Promise<void> {
    await fetch(`${house.stripeUrl}/v1/refunds`, {
      method: 'POST',
      body: new URLSearchParams({ payment_intent: intent, amount: '999' }),
      headers: { authorization: 'Bearer sk_test_somebody' },
    });
  }

  /** How often each refund was told of, by its payment. */
  async function mirrored(ids: readonly string[]): Promise<Record<string, unknown>[]> {
    const told = `SELECT p.id, p.status, (SELECT count(*)::int FROM refunds r WHERE r.payment_id = p.id) AS refunds,
        (SELECT count(*)::int FROM domain_events e WHERE e.payment_id = p.id AND e.type = 'refund.mirrored') AS told
      FROM unnest($1::text[]) WITH ORDINALITY AS given (id, place) JOIN payments p USING (id) ORDER BY place`;
    return sql(told, [ids]);
  }

  /** Until all tries of those jobs were made; the pauses between them, some four hours, are left out. */
  async function untilGivenUp(keys: readonly string[]): Promise<DeadLetter[]> {
    return eventually(async () => {
      // In the short form most of the tries are left out as well.
      const tries = IS_LONG ? 'tries' : `CASE tries WHEN 0 THEN 0 ELSE ${String(MOST_TRIES - 1)} END`;
      await sql(`UPDATE jobs SET due_at = now(), tries = ${tries} WHERE key = ANY ($1) AND hold IS NULL`, [keys]);
      const { body } = await house.service.get(`${JOBS}?state=dead`, await token({ role: 'support', subject: 'sue' }));
      const dead = (body.data as DeadLetter[]).filter(({ key }) => keys.includes(key));
      expect(dead).toHaveLength(keys.length);
      return dead;
    }, 40_000);
  }

  const cashdesk = async (...words: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(process.execPath, ['dist/src/cli.js', ...words], {
      cwd: join(__dirname, '../..'),
      env: house.service.env,
    });
    return stdout;
  };

  const scenes: [name: string, run: () => Promise<void>][] = [];
  const scene = (name: string, run: () => Promise<void>) => scenes.push([name, run]);

  scene('holds up no other, waits for a person, and has its effect once when it is redriven', async () => {
    const [sick, good, ill, sound] = [await paid(), await paid(), await paid(), await paid()];
    await poison(sick.id, ill.id);
    for (const each of [sick, good, ill, sound]) await refundInDashboard(each);
    await eventually(async () => {
      const once = { status: 'succeeded', refunds: 1, told: 1 };
      expect(await mirrored([good.id, sound.id])).toMatchObject([once, once]);
    });
    const dead = await untilGivenUp([sick.intent, ill.intent]);
    for (const { tries, failure } of dead) expect([tries, failure]).toEqual([MOST_TRIES, 'QueryFailedError: poisoned']);
    expect(await mirrored([sick.id, ill.id])).toMatchObject([{ refunds: 0 }, { refunds: 0 }]);

    await cured();
    const [one, other] = [dead[0]!, dead[1]!];
    const fred = await token({ role: 'finance', subject: 'fred' });
    const redrive = (id: string, key: string) => house.service.post(`${JOBS}/${id}/redrive`, key, undefined, fred);
    const [byCommand, { status }] = await Promise.all([cashdesk('jobs', 'redrive', one.id), redrive(other.id, 'once')]);
    expect([byCommand, status]).toEqual(['1 job is queued again.\n', 200]);
    await house.assertOracles();
    const late = [await redrive(other.id, 'once'), await redrive(other.id, 'twice'), await redrive(one.id, 'late')];
    expect(late.map(({ body }) => body.code)).toEqual(late.map(() => 'job_not_found'));
    const all = [sick, good, ill, sound].map(({ id }) => id);
    expect(await mirrored(all)).toMatchObject(all.map(() => ({ refunds: 1, told: 1 })));
  });

  scene('that is a saga’s leaves it to a person, whom its own advice brings on', async () => {
    await poison('refund.customer_to_be_told');
    const { id: paymentId } = await paid();
    const { body } = await house.service.post('/api/v1/refunds', 'refund', { paymentId, amount: 700 });
    const sagaOf = () => sql('SELECT id, state FROM sagas WHERE subject = $1', [body.id]);
    const [saga] = await sagaOf();
    await untilGivenUp([String(saga?.id)]);
    await eventually(async () => expect(await sagaOf()).toMatchObject([{ state: 'failed' }]));

    await cured();
    const shown = await cashdesk('sagas', 'show', String(saga?.id));
    const [, advice = ''] = /have it tried again: cashdesk (.+)\.$/m.exec(shown) ?? [];
    await cashdesk(...advice.split(' '));
    await eventually(async () => expect(await sagaOf()).toMatchObject([{ state: 'completed' }]));
    const told = `SELECT data->>'kind' AS kind FROM domain_events WHERE type = 'refund.customer_to_be_told'`;
    expect(await sql(told)).toEqual([{ kind: 'succeeded' }]);
  });
  const chosen = IS_LONG ? scenes : shuffled(scenes, ([name]) => name).slice(0, 1);
  it.each(chosen)('%s', async (_name, run) => run());
});
