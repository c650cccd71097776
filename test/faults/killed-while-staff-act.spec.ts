import type { Boundary } from '../processes/boundaries';
import { House } from '../support/house';
import { inspectAudit } from '../support/audit-oracle';
import { eventually, freePort, RunningService, token } from '../support/running-service';
import { query } from '../support/query';
import { WatchedHouse } from './crash-points/watched-house';

const PAYMENT = {
  amount: 4999,
  currency: 'gbp',
  paymentMethod: 'pm_card_visa',
  confirm: true,
  captureMethod: 'manual',
};
const ENTRIES = 'SELECT phase, principal, action, target, status FROM audit_entries ORDER BY sequence';

let house: House;
beforeEach(async () => {
  house = await House.build();
});
afterEach(() => house.tearDown());

async function reserve(service: RunningService, reference: string): Promise<string> {
  const { body } = await service.post('/api/v1/payments', reference, { ...PAYMENT, reference });
  return String(body.id);
}

const CAPTURE = 'stripe POST /v1/payment_intents/:id/capture';
const ANSWERED = 'commit ~attempts ~payments +ledger_facts +domain_events ~idempotency_records';

it.each<[string, Boundary]>([
  ['before Stripe is called', { what: CAPTURE, side: 'before', nth: 1 }],
  ['before the answer of Stripe is committed', { what: CAPTURE, side: 'after', nth: 1 }],
  ['before the caller is answered', { what: ANSWERED, side: 'after', nth: 1 }],
])(
  'what staff asked for and whose process was killed %s is listed as unfinished, and its repeat is another act',
  async (_when, boundary) => {
    const watched = await WatchedHouse.in(house);
    const id = await reserve(house.service, 'one');
    const fred = await token({ role: 'finance', subject: 'fred' });
    const path = `/api/v1/payments/${id}/capture`;
    await watched.settled();
    await watched.watch(boundary);
    const lost = house.service.post(path, 'the key', { amount: 3000 }, fred).catch(() => 'lost' as const);
    expect(await lost).toBe('lost');
    expect(await watched.died()).toBe(true);
    const act = { principal: 'sub:fred', action: 'POST /payments/{id}/capture', target: id };
    expect(await query(house.database.url, ENTRIES)).toEqual([{ ...act, phase: 'asked', status: null }]);
    expect(await inspectAudit(house.database.url)).toMatchObject({ damaged: 0, unfinished: [{ ...act, sequence: 1 }] });

    const again = await house.open();
    await eventually(async () => {
      const { status } = await again.post(path, 'the key', { amount: 3000 }, fred);
      if (status !== 200) throw new Error(`still ${String(status)}`);
    });
    const { unfinished } = await inspectAudit(house.database.url);
    expect(unfinished).toMatchObject([{ sequence: 1 }]);
    await house.assertOracles();
  },
);

it('twenty acts of staff at once, on two instances, are one unbroken chain', async () => {
  // Nothing is lost here, however busy the machine is.
  const env = { STRIPE_TIMEOUT_MS: '20000' };
  const first = await house.open({ env });
  const { url: databaseUrl } = house.database;
  const port = await freePort();
  const { stripeUrl, apiKey } = house;
  const second = await RunningService.start({ databaseUrl, stripeUrl, port, apiKey, env });
  try {
    const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => reserve(first, `order_${String(n)}`)));
    expect(await query(databaseUrl, ENTRIES)).toEqual([]);
    const answers = await Promise.all(
      ids.map(async (id, n) => {
        const staff = await token({ role: 'finance', subject: `staff_${String(n)}` });
        return (n % 2 === 0 ? first : second).post(`/api/v1/payments/${id}/capture`, `capture-${String(n)}`, {}, staff);
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 200));
    expect(await inspectAudit(databaseUrl)).toMatchObject({ entries: 40, damaged: 0, unfinished: [] });
    const done = await query(databaseUrl, `SELECT target FROM audit_entries WHERE phase = 'outcome' AND status = 200`);
    expect(done.map(({ target }) => target).sort()).toEqual([...ids].sort());
    await house.assertOracles();
  } finally {
    await second.stop();
  }
});

it('is anchored by the log: the number and the hash of each entry, and no name', async () => {
  const service = await house.open({ env: { LOG_LEVEL: 'info' } });
  const id = await reserve(service, 'anchored');
  await service.post(`/api/v1/payments/${id}/cancel`, 'cancel', {}, await token({ role: 'admin', subject: 'ursula' }));
  const hashes = await query(house.database.url, 'SELECT sequence::int AS audit, hash FROM audit_entries ORDER BY 1');
  const lines = await eventually(async () => {
    const logged = service.output.split('\n').filter((line) => line.includes('"audit":'));
    if (logged.length < 2) throw new Error('not logged yet');
    return logged;
  });
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject(hashes);
  expect(lines.join()).not.toContain('ursula');
});
