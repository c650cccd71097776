import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { query } from '../support/query';
import { eventually, RunningService, WEBHOOK_SECRET, type Answer } from '../support/running-service';
import { Street } from '../support/street';

const TEN_MINUTES = 600_000;
const PAYMENTS = '/api/v1/payments';
const UNFINISHED = { amount: 4_999, currency: 'gbp' };
const VISA = { ...UNFINISHED, paymentMethod: 'pm_card_visa', confirm: true };

/** Seconds of `t` from now, by a right clock. */
function delivery(secondsAgo: number): { payload: string; signature: string } {
  const id = `evt_${String(Math.trunc(performance.now() * 1e6))}`;
  const payload = JSON.stringify({
    id,
    object: 'event',
    created: 1_700_000_000,
    type: 'moon.phase_changed',
    livemode: false,
    api_version: '2026-09-30.endive',
    data: { object: { id: 'moon', object: 'moon' } },
  });
  const time = String(Math.trunc(Date.now() / 1_000) - secondsAgo);
  const digest = createHmac('sha256', WEBHOOK_SECRET).update(`${time}.${payload}`).digest('hex');
  return { payload, signature: `t=${time},v1=${digest}` };
}

describe('three instances, whose machines say ten minutes less, the truth, and ten minutes more', () => {
  let street: Street;
  let all: RunningService[];
  beforeAll(async () => {
    street = await Street.build({ instances: 3, env: { STRIPE_TIMEOUT_MS: '5000' } });
    const [slow, right, fast] = street.instances;
    slow!.shiftClock(-TEN_MINUTES);
    fast!.shiftClock(TEN_MINUTES);
    all = [await slow!.open(), await right!.open(), await fast!.open()];
  }, 90_000);
  afterEach(async () => {
    await street.stripe.clearFaults();
    await street.assertOracles();
  });
  afterAll(() => street.tearDown());

  const everywhere = <T>(ask: (service: RunningService, n: number) => Promise<T>): Promise<T[]> =>
    Promise.all(all.map(ask));
  const pay = (service: RunningService, reference: string, body: object = VISA): Promise<Answer> =>
    service.post(PAYMENTS, reference, { ...body, reference });

  it('say at the start and in health whose clock is wrong, and by how much', async () => {
    const [slow, right, fast] = all.map(({ output }) => output);
    expect(slow).toMatch(/clock of this machine is (599|600|601) s behind its database's/);
    expect(fast).toMatch(/clock of this machine is (599|600|601) s ahead of its database's/);
    expect(right).not.toContain('clock of this machine');
    const told = await everywhere(async (service) => (await service.send('GET', '/api/health')).body);
    expect(told).toMatchObject([
      { details: { clock: { degraded: true, detail: expect.stringContaining('behind') } } },
      { details: { clock: { degraded: false, detail: null } } },
      { details: { clock: { degraded: true, detail: expect.stringContaining('ahead') } } },
    ]);
  });

  it('take the signatures of now, and refuse those of 301 seconds ago and of an hour ahead', async () => {
    const deliver = (service: RunningService, secondsAgo: number) => {
      const { payload, signature } = delivery(secondsAgo);
      return service.send('POST', '/api/v1/webhooks/stripe', payload, { 'stripe-signature': signature });
    };
    const answers = await everywhere(async (service) => [
      (await deliver(service, 0)).status,
      (await deliver(service, 290)).status,
      (await deliver(service, 302)).body.code,
      (await deliver(service, -3_600)).body.code,
    ]);
    const refused = 'webhook_timestamp_refused';
    expect(answers).toEqual(all.map(() => [200, 200, refused, refused]));
  });

  it('take a token for as long as it is valid, and not after', async () => {
    const signed = (expiry: string) =>
      new SignJWT({ role: 'admin' })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('cashdesk')
        .setAudience('cashdesk')
        .setSubject('staff_1')
        .setIssuedAt()
        .setExpirationTime(expiry)
        .sign(Buffer.from(String(all[0]?.env.JWT_SECRET)));
    const [valid, ended] = await Promise.all([signed('5m'), signed('5m ago')]);
    const answers = await everywhere(async (service) => [
      (await service.get(PAYMENTS, valid)).status,
      (await service.get(PAYMENTS, ended)).status,
    ]);
    expect(answers).toEqual(all.map(() => [200, 401]));
  });

  it('leave alone for five minutes what nobody has finished, and end it when its time is over', async () => {
    const later = new Date(Date.now() + 300_000).toISOString();
    const soon = new Date(Date.now() + 2_000).toISOString();
    const made = await everywhere(async (service, n) => {
      const lasting = await pay(service, `lasting ${String(n)}`, { ...UNFINISHED, expiresAt: later });
      const ending = await pay(service, `ending ${String(n)}`, { ...UNFINISHED, expiresAt: soon });
      return [String(lasting.body.id), String(ending.body.id)] as const;
    });
    for (const [lasting, ending] of made) {
      await all[1]!.until(ending, 'canceled');
      expect((await all[1]!.get(`${PAYMENTS}/${lasting}`)).body.status).toBe('requires_payment_method');
    }
  });

  it('take over nothing that another has under way: Stripe is asked once, whoever sends', async () => {
    await street.stripe.fault({
      kind: 'delay',
      ms: 2_500,
      times: 0,
      match: { path: '/v1/payment_intents', method: 'POST' },
    });
    const answers = await everywhere((service, n) => pay(service, `under way ${String(n)}`));
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(all.map(() => [201, 'succeeded']));
    const sent = (await street.stripe.journal({ method: 'POST', path: '/v1/payment_intents' })).filter(({ body }) =>
      JSON.stringify(body).includes('under way'),
    );
    expect(sent.map(({ replayed }) => replayed)).toEqual([false, false, false]);
  });

  it('find out what became of a lost answer, whoever lost it', async () => {
    for (const [n, service] of all.entries()) {
      await street.stripe.fault({ kind: 'reset_after_effect', match: { path: '/v1/payment_intents', method: 'POST' } });
      const { body } = await pay(service, `lost ${String(n)}`);
      await all[(n + 1) % 3]!.until(String(body.id), 'succeeded');
    }
  });

  it('write the same time beside what they did: nothing is from the future or from before', async () => {
    await everywhere((service, n) => pay(service, `dated ${String(n)}`));
    await eventually(async () => {
      const rows = await query(
        street.postgres.url,
        `SELECT type, occurred_at FROM domain_events
         WHERE occurred_at > now() + interval '5 s' OR occurred_at < now() - interval '5 min'`,
      );
      expect(rows).toEqual([]);
    });
  });
});
