import { request, type ClientRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { IS_LONG, report } from '../support/fault-suite';
import { House } from '../support/house';
import { query } from '../support/query';
import { MEMORY_IS_TOLD, mostMemory, residentMemory } from '../support/resident-memory';
import { eventually } from '../support/running-service';
import { eventText, signatureOf } from '../support/signed-events';

const RECEIVER = '/api/v1/webhooks/stripe';
const VISA = { amount: 4_999, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };

const EVENTS = IS_LONG ? 10_000 : 1_000;
/** Each event is about one of them. */
const PAYMENTS = IS_LONG ? 100 : 20;
/** Under way at once. */
const LANES = 200;
/** Deliveries of each kind that is refused. */
const HUGE = IS_LONG ? 300 : 60;

/** Megabytes. What one flood may take for a while: its bodies, and garbage that is not collected yet. */
const MOST_IN_FLOOD = 200;
/** Megabytes that a second flood may have beyond the first, which left everything warm. */
const MOST_GROWTH = 50;
/** Megabytes; read in, what is refused would be ten each. */
const MOST_FOR_REFUSED = 100;

const TEN_MEGABYTES = Buffer.from(eventText({ padding: 'x'.repeat(10_000_000) }));

describe('a flood of webhooks', () => {
  let house: House;
  let intents: string[];
  beforeAll(async () => {
    house = await House.build();
    await house.open({ env: { STRIPE_REQUESTS_PER_SECOND: '2000' } });
    for (let n = 0; n < PAYMENTS; n++)
      await house.service.post('/api/v1/payments', `p${n}`, { ...VISA, reference: `p${n}` });
    await house.assertOracles();
    intents = (await house.stripe.state()).payment_intents.map(({ id }) => id);
  }, 120_000);
  afterEach(() => house.assertOracles());
  afterAll(() => house.tearDown());

  /** @returns how many got which answer. */
  async function flood(name: string, count = EVENTS): Promise<Map<number, number>> {
    const answers = new Map<number, number>();
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let n = next++; n < count; n = next++) {
        const object = { id: intents[n % intents.length], object: 'payment_intent' };
        const payload = eventText({ id: `evt_${name}${String(n)}`, data: { object } });
        const { status } = await house.service.send('POST', RECEIVER, payload, {
          'stripe-signature': signatureOf(payload),
        });
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return answers;
  }

  async function drained(): Promise<void> {
    await eventually(async () => {
      const [row] = await query(
        house.database.url,
        `SELECT count(*)::int AS n FROM webhook_events WHERE status = 'received'`,
      );
      expect(row?.n).toBe(0);
    }, 60_000);
  }

  const memory = () => residentMemory(house.service.pid);
  const itWithMemory = MEMORY_IS_TOLD ? it : it.skip;

  itWithMemory(
    'is taken in whole, worked off, and leaves the memory as it was',
    async () => {
      await flood('warm', 300);
      await drained();
      const rows: (number | string)[][] = [['', 'before', 'most', 'after', 'MB']];
      const most: number[] = [];
      for (const name of ['first', 'second']) {
        const before = memory();
        const peak = await mostMemory(house.service.pid, async () => {
          expect([...(await flood(name))]).toEqual([[200, EVENTS]]);
          await drained();
        });
        rows.push([`${name} ${String(EVENTS)} events`, before, peak, memory()]);
        expect(peak - before).toBeLessThan(MOST_IN_FLOOD);
        most.push(peak);
      }
      report('Floods of webhooks', rows);
      expect(most[1]! - most[0]!).toBeLessThan(MOST_GROWTH);
    },
    180_000,
  );

  itWithMemory(
    'of what is refused is not read into memory',
    async () => {
      const signed = { 'stripe-signature': signatureOf(TEN_MEGABYTES) };
      const bomb = gzipSync(Buffer.alloc(100_000_000, ' '));
      const noJson = Buffer.alloc(500_000, 'x');
      const kinds: [string, number[], (post: ClientRequest) => void, Record<string, string>][] = [
        [
          '10 MB',
          [413],
          (post) => post.end(TEN_MEGABYTES),
          { ...signed, 'content-length': String(TEN_MEGABYTES.length) },
        ],
        [
          '10 MB of unknown length',
          [413],
          (post) => post.end(TEN_MEGABYTES),
          { ...signed, 'transfer-encoding': 'chunked' },
        ],
        ['a compressed bomb', [415], (post) => post.end(bomb), { ...signed, 'content-encoding': 'gzip' }],
        ['signed, but no JSON', [400], (post) => post.end(noJson), { 'stripe-signature': signatureOf(noJson) }],
      ];
      const rows: (number | string)[][] = [['', 'before', 'most', 'after', 'MB']];
      for (const [what, statuses, send, headers] of kinds) {
        const before = memory();
        const told = new Set<number | 'reset'>();
        const peak = await mostMemory(house.service.pid, async () => {
          await Promise.all(Array.from({ length: HUGE }, async () => told.add(await post(send, headers))));
        });
        rows.push([`${String(HUGE)} times ${what}: ${[...told].join(', ')}`, before, peak, memory()]);
        expect([...told].filter((one) => one !== 'reset')).toEqual(statuses);
        expect(peak - before).toBeLessThan(MOST_FOR_REFUSED);
      }
      report('What is refused', rows);
    },
    120_000,
  );

  /** The connection may be closed while it is still sent. */
  function post(send: (post: ClientRequest) => void, headers: Record<string, string>): Promise<number | 'reset'> {
    return new Promise((resolve) => {
      const asked = request(`${house.service.origin}${RECEIVER}`, {
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/json', ...headers },
      });
      asked.on('response', (response) => {
        resolve(response.statusCode ?? 0);
        response.resume();
        asked.destroy();
      });
      asked.on('error', () => resolve('reset'));
      send(asked);
    });
  }
});
