import { IS_LONG } from '../support/fault-suite';
import { House } from '../support/house';
import { query } from '../support/query';
import { eventually, token } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const UNFINISHED = { amount: 4_999, currency: 'gbp' };
const VISA = { ...UNFINISHED, paymentMethod: 'pm_card_visa', confirm: true };
/** Milliseconds. */
const LOOK_EVERY = 500;

describe('three instances on one schedule', () => {
  let house: House;
  let numbered = 0;
  beforeAll(async () => {
    house = await House.build();
    await beforeTheFirstRound();
    const env = { MISSED_EVENTS_POLL_MS: String(LOOK_EVERY), JOBS_KEEP_DISCARDED_DAYS: '1' };
    await Promise.all([house.open({ env }), house.openAnother({ env }), house.openAnother({ env })]);
  });
  afterAll(() => house.tearDown());
  afterEach(async () => {
    await house.stripe.clearFaults();
    await house.assertOracles();
    expect(await sql(TOLD_TWICE)).toEqual([]);
  });

  const TOLD_TWICE = `
    SELECT type, payment_id, data->>'refund' AS refund, count(*) FROM domain_events GROUP BY 1, 2, 3 HAVING count(*) > 1`;

  const sql = (text: string, values?: unknown[]) => query(house.database.url, text, values);
  const sent = async (method: string, path: string) => (await house.stripe.journal({ method, path })).length;

  async function told(type: string): Promise<number> {
    return Number((await sql('SELECT count(*) AS n FROM domain_events WHERE type = $1', [type]))[0]?.n);
  }

  async function made(body: object): Promise<Record<string, unknown>> {
    const reference = `booking ${String(++numbered)}`;
    const answer = await house.service.post(PAYMENTS, reference, { ...body, reference });
    expect(answer.status).toBe(201);
    return answer.body;
  }

  const several = <T>(make: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 4 }, make));

  /** What each of them comes upon when it starts. */
  async function beforeTheFirstRound(): Promise<void> {
    await sql(`
      INSERT INTO dead_jobs (queue, key, tries, failure, created_at, discarded_at, discarded_by, reason)
      VALUES ('process-webhook', 'pi_given_up', 14, 'Error: no', now(), NULL, NULL, NULL),
        ('process-webhook', 'pi_discarded', 14, 'Error: no', now(), now() - interval '2 days', 'cli:sue', 'sealed')`);
  }

  it('raise one alarm, list the disputes once, and forget what is old', async () => {
    await eventually(async () => {
      expect(await told('jobs.backlog')).toBe(1);
      expect(await sent('GET', '/v1/disputes')).toBe(1);
      expect(await sql('SELECT key FROM dead_jobs')).toEqual([{ key: 'pi_given_up' }]);
    });
    await sql('UPDATE dispute_listing SET due_at = now()');
    await eventually(async () => expect(await sent('GET', '/v1/disputes')).toBe(2));
    if (!IS_LONG) return;
    await sql('DELETE FROM dead_jobs');
    await eventually(async () => expect(await told('jobs.backlog_cleared')).toBe(1), 30_000);
    expect(await told('jobs.backlog')).toBe(1);
  });

  it('look at the list of events as often as one of them would', async () => {
    const since = performance.now();
    await house.stripe.clearJournal();
    await eventually(async () => expect(await sent('GET', '/v1/events')).toBeGreaterThan(2));
    const looks = await sent('GET', '/v1/events');
    expect(looks).toBeLessThanOrEqual((performance.now() - since) / LOOK_EVERY + 1);
  });

  it('end once what nobody finished, and withdraw once what nobody decided', async () => {
    const payments = await several(() => made(UNFINISHED));
    const sue = await token({ role: 'support', subject: 'sue' });
    const asked = await several(async () => {
      const { id } = await made(VISA);
      const request = { paymentId: id, amount: 1_000 };
      return (await house.service.post('/api/v1/refunds', `refund ${String(id)}`, request, sue)).body;
    });
    await house.stripe.clearJournal();
    await sql("UPDATE payments SET expires_at = now() WHERE status = 'requires_payment_method'");
    await sql("UPDATE refunds SET expires_at = now() WHERE status = 'requested'");
    for (const { id } of payments) await house.service.until(String(id), 'canceled');
    await eventually(async () => {
      const ended = await sql('SELECT DISTINCT state FROM sagas WHERE subject = ANY ($1)', [asked.map(({ id }) => id)]);
      expect(ended).toEqual([{ state: 'compensated' }]);
    });
    expect(await sent('POST', '/v1/payment_intents/:id/cancel')).toBe(4);
    expect([await told('payment.canceled'), await told('refund.withdrawn')]).toEqual([4, 4]);
  });

  it('remind once of a dispute, whoever finds it, and once when its deadline comes near', async () => {
    await house.stripe.fault({ kind: 'webhook_drop', times: 0, match: { eventType: 'charge.dispute.*' } });
    await several(() => made(VISA));
    await eventually(async () => {
      const { charges } = await house.stripe.state();
      expect(charges.filter(({ balance_transaction: posted }) => posted === null)).toEqual([]);
    });
    const { charges } = await house.stripe.state();
    await house.stripe.settings({ disputeDueDays: 1 });
    await Promise.all(charges.slice(-4, -2).map(({ id }) => house.stripe.openDispute(id)));
    await house.stripe.settings({ disputeDueDays: 20 });
    const far = await Promise.all(charges.slice(-2).map(({ id }) => house.stripe.openDispute(id)));
    await sql('UPDATE dispute_listing SET due_at = now()');
    await eventually(async () => expect(await sql('SELECT id FROM disputes')).toHaveLength(4));
    expect([await told('dispute.opened'), await told('dispute.deadline_approaching')]).toEqual([4, 2]);

    await house.stripe.fault({ kind: 'reset_before_effect', times: 0, match: { path: '/v1/disputes/:id' } });
    await sql("UPDATE disputes SET due_by = now() + interval '1 day', check_due_at = now() WHERE id = ANY ($1)", [
      far.map(({ id }) => id),
    ]);
    await eventually(async () => expect(await told('dispute.deadline_approaching')).toBe(4));
    await house.stripe.clearFaults();
    await sql('UPDATE disputes SET check_due_at = now()');
    await eventually(async () => {
      expect(await sql("SELECT id FROM disputes WHERE check_due_at <= now() + interval '90 s'")).toEqual([]);
    });
    expect(await told('dispute.deadline_approaching')).toBe(4);
  });
});
