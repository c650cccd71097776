import { ReplayWebhooks } from '../../src/application/webhook/replay-webhooks';
import type { StripeEvent } from '../../src/application/webhook/webhook-inbox';
import type { ReplaySelection } from '../../src/application/webhook/webhook-replays';
import { PostgresWebhookReplays } from '../../src/infrastructure/postgres/postgres-webhook-replays';
import { MovableClock } from '../support/fakes/movable-clock';
import { ServiceDatabase } from '../support/service-database';

const QUEUE = 'process-webhook';

let db: ServiceDatabase;
let replays: PostgresWebhookReplays;
let replay: ReplayWebhooks;
beforeAll(async () => {
  db = await ServiceDatabase.create();
  replays = new PostgresWebhookReplays(db.unitOfWork, db.queue);
  replay = new ReplayWebhooks(replays, clockAt(Date.now() + 60_000));
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const clockAt = (time: number) => Object.assign(new MovableClock(), { now: () => new Date(time) });

const event = (id: string, intent: string, type = 'payment_intent.succeeded'): StripeEvent => ({
  id,
  type,
  apiVersion: null,
  livemode: false,
  account: null,
  created: new Date(),
  objectType: 'payment_intent',
  objectId: intent,
  intent,
  stripeRequest: null,
  payload: '{}',
});

/** Stored, worked on and closed; its job is gone. */
async function processed(id: string, intent: string, type?: string, status: 'processed' | 'set_aside' = 'processed') {
  await db.inbox.store(event(id, intent, type));
  await db.inbox.close([id], status, null, status === 'set_aside' ? 'odd' : null);
  await db.sql('DELETE FROM jobs WHERE key = $1', [intent]);
}

const all = (selection: ReplaySelection) => replay.execute(selection, () => undefined);
const waiting = async () =>
  (await db.sql(`SELECT id FROM webhook_events WHERE status = 'received' ORDER BY id`)).map(({ id }) => id);
const jobs = () => db.sql('SELECT id::int, key, tries, due_at <= now() AS due FROM jobs ORDER BY key');

describe('A replay', () => {
  it('gives events of one thing one job, due at once, and closes them anew', async () => {
    await processed('evt_1', 'pi_1');
    await processed('evt_2', 'pi_1');
    await processed('evt_3', 'pi_2');
    expect(await replays.enqueue(['evt_1', 'evt_2'])).toBe(1);
    expect(await waiting()).toEqual(['evt_1', 'evt_2']);
    expect(await jobs()).toMatchObject([{ key: 'pi_1', tries: 0, due: true }]);
    expect(await db.inbox.show('evt_1')).toMatchObject({ status: 'received', note: null, processedAt: null });
    await db.inbox.close(['evt_1', 'evt_2'], 'ignored', null, 'nothing');
    expect(await db.inbox.show('evt_1')).toMatchObject({ status: 'ignored', note: 'nothing' });
  });

  it('has Stripe asked, though the answer to a request of ours told the same', async () => {
    await db.inbox.store({ ...event('evt_1', 'pi_1'), stripeRequest: 'req_1' });
    expect(await db.inbox.waiting('pi_1')).toMatchObject([{ id: 'evt_1', stripeRequest: 'req_1' }]);
    await all({ ids: ['evt_1'] });
    expect(await db.inbox.waiting('pi_1')).toMatchObject([{ id: 'evt_1', stripeRequest: null }]);
  });

  it('takes what is asked for, and nothing else', async () => {
    await processed('evt_1', 'pi_1', 'charge.refunded');
    await processed('evt_2', 'pi_2', 'charge.refunded', 'set_aside');
    await processed('evt_3', 'pi_3', 'charge.captured', 'set_aside');
    await db.sql(`UPDATE webhook_events SET received_at = '2026-01-01T00:00:00.000001Z' WHERE id = 'evt_1'`);
    await db.sql(`UPDATE webhook_events SET received_at = '2026-01-01T00:00:00.000002Z' WHERE id = 'evt_2'`);
    await db.sql(`UPDATE webhook_events SET received_at = '2026-01-02T00:00:00Z' WHERE id = 'evt_3'`);
    const found = async (selection: ReplaySelection) => (await replays.page(selection, null, 10)).map(({ id }) => id);
    expect(await found({})).toEqual(['evt_1', 'evt_2', 'evt_3']);
    expect(await found({ type: 'charge.refunded' })).toEqual(['evt_1', 'evt_2']);
    expect(await found({ type: 'charge.refunded', status: 'set_aside' })).toEqual(['evt_2']);
    expect(await found({ ids: ['evt_3', 'evt_9'] })).toEqual(['evt_3']);
    const [from, to] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')];
    expect(await found({ from, to })).toEqual(['evt_1', 'evt_2']);
    expect(await found({ from: to })).toEqual(['evt_3']);
    expect(await found({ paymentId: 'pay_1' })).toEqual([]);
    const [first] = await replays.page({}, null, 1);
    expect((await replays.page({}, first!, 10)).map(({ id }) => id)).toEqual(['evt_2', 'evt_3']);
  });

  it('goes through all pages of a long range, though each takes events out of it', async () => {
    await db.sql(
      `INSERT INTO webhook_events (id, stripe_account, livemode, type, object_type, object_id, payload, status, created_at,
         received_at, processed_at)
       SELECT 'evt_' || n, 'acct_1', false, 'charge.captured', 'charge', 'ch_' || n % 700, '', 'set_aside', now(),
         date_trunc('hour', now()), now() FROM generate_series(1, 1201) n`,
    );
    const seen: number[] = [];
    const replayed = await replay.execute({ status: 'set_aside' }, (progress) => seen.push(progress.replayed));
    expect([replayed, seen]).toEqual([1201, [500, 1000, 1201]]);
    expect(await db.count('jobs')).toBe(700);
    expect(await all({ status: 'set_aside' })).toBe(0);
  });

  it('leaves out what comes while it is under way', async () => {
    await processed('evt_1', 'pi_1');
    const late = new ReplayWebhooks(replays, clockAt(Date.now() - 60_000));
    expect(await late.execute({}, () => undefined)).toBe(0);
  });

  it('takes a dead letter back with its name and its history', async () => {
    await db.inbox.store(event('evt_1', 'pi_1'));
    await db.sql('UPDATE jobs SET tries = 13, due_at = now()');
    const [before] = await jobs();
    for (const job of await db.queue.fetch(QUEUE, 1)) await db.queue.fail(QUEUE, job, 'Error: broken');
    expect(await db.count('dead_jobs')).toBe(1);
    expect(await all({ ids: ['evt_1'] })).toBe(1);
    expect(await jobs()).toEqual([{ ...before, tries: 0, due: true }]);
    expect(await db.count('dead_jobs')).toBe(0);
  });

  it('does not wait for the next try of a job that failed, and gives one in work another turn', async () => {
    await db.inbox.store(event('evt_1', 'pi_1'));
    for (const job of await db.queue.fetch(QUEUE, 1)) await db.queue.fail(QUEUE, job, 'Error: broken');
    expect(await jobs()).toMatchObject([{ tries: 1, due: false }]);
    await all({ ids: ['evt_1'] });
    expect(await jobs()).toMatchObject([{ tries: 0, due: true }]);
    const [held] = await db.queue.fetch(QUEUE, 1);
    await all({ ids: ['evt_1'] });
    expect(await jobs()).toMatchObject([{ tries: 1, due: false }]);
    await db.queue.complete(QUEUE, held!);
    expect(await jobs()).toMatchObject([{ tries: 0, due: true }]);
  });
});
