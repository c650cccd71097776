import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import { EventGap } from '../../src/application/webhook/event-gap';
import { EventList, type EventPage } from '../../src/application/webhook/event-list';
import { EventReadings, type EventReading } from '../../src/application/webhook/event-readings';
import { FetchMissedEvents } from '../../src/application/webhook/fetch-missed-events';
import type { StripeEvent } from '../../src/application/webhook/webhook-inbox';
import { InMemoryInbox } from '../support/fakes/in-memory-inbox';
import { InMemoryStore } from '../support/fakes/in-memory-store';

const MINUTE = 60_000;
const DAY = 86_400_000;
const START = Date.parse('2026-11-20T12:00:00Z');

/** Newest first, a hundred at once, as Stripe's is. */
class ListedEvents extends EventList {
  readonly events: StripeEvent[] = [];
  readonly asked: (string | null)[] = [];
  failAt: number | null = null;

  override async page(since: Date, after: string | null): Promise<EventPage | null> {
    this.asked.push(after);
    if (this.failAt === this.asked.length) throw new GatewayUnavailable('no answer');
    const found = this.events.filter(({ created }) => created >= since).reverse();
    const from = after === null ? 0 : found.findIndex(({ id }) => id === after) + 1;
    if (after !== null && from === 0) return null;
    return { events: found.slice(from, from + 100), hasMore: found.length > from + 100 };
  }
}

/** By a clock that is moved by hand. */
class KnownReadings extends EventReadings {
  now = START;
  lookedAt = START;
  readUntil = START;
  newest: Date | null = null;
  nextAfter: string | null = null;
  isTaken = false;
  lost: [Date, Date] | null = null;

  override async take(seconds: number): Promise<EventReading | null> {
    const due = this.nextAfter !== null || this.now - this.lookedAt >= seconds * 1_000;
    if (this.isTaken || !due) return null;
    this.isTaken = true;
    const { newest, nextAfter } = this;
    return {
      readUntil: new Date(this.readUntil),
      lookedAt: new Date(this.lookedAt),
      now: new Date(this.now),
      newest,
      nextAfter,
    };
  }
  override async goOn(newest: Date | null, nextAfter: string): Promise<void> {
    Object.assign(this, { newest, nextAfter });
  }
  override async end(readUntil: Date): Promise<void> {
    this.readUntil = Math.max(this.readUntil, readUntil.getTime());
    Object.assign(this, { lookedAt: this.now, newest: null, nextAfter: null, isTaken: false });
  }
  override async release(): Promise<void> {
    this.isTaken = false;
  }
  override async tellOfLoss(from: Date, to: Date): Promise<void> {
    this.lost = [from, to];
  }
}

let list: ListedEvents;
let readings: KnownReadings;
let inbox: InMemoryInbox;
let gap: EventGap;
let fetching: FetchMissedEvents;
beforeEach(() => {
  list = new ListedEvents();
  readings = new KnownReadings();
  inbox = new InMemoryInbox();
  gap = new EventGap();
  fetching = new FetchMissedEvents(list, readings, inbox, new InMemoryStore(), gap);
});

const event = (id: string, at: number): StripeEvent => ({
  id,
  type: 'payment_intent.succeeded',
  apiVersion: null,
  livemode: false,
  account: null,
  created: new Date(at),
  objectType: 'payment_intent',
  objectId: `pi_${id}`,
  intent: `pi_${id}`,
  stripeRequest: null,
  payload: '{}',
});
const happens = (count: number, at = readings.now, name = 'evt') => {
  for (let n = 0; n < count; n++) list.events.push(event(`${name}_${String(list.events.length)}`, at));
};
const look = () => fetching.execute(300);

describe('Events that were not delivered', () => {
  it('are fetched and get their jobs, and those that were delivered are left as they are', async () => {
    happens(3);
    await inbox.store(list.events[1]!);
    readings.now += 5 * MINUTE;
    expect(await look()).toEqual({ fetched: 2, lostFrom: null });
    expect((await inbox.list()).map(({ id, came }) => `${id} ${came}`).sort()).toEqual([
      'evt_0 fetched',
      'evt_1 delivered',
      'evt_2 fetched',
    ]);
    expect(inbox.jobs).toHaveLength(3);
    expect(await inbox.store(list.events[0]!)).toBe(false);
    expect(inbox.jobs).toHaveLength(3);
  });

  it('cost one call in five minutes while nothing happens', async () => {
    for (let second = 0; second < 1_800; second += 10) {
      await look();
      readings.now += 10_000;
    }
    expect(list.asked).toHaveLength(5);
  });

  it('are looked for at once when something was refused or could not be stored, though not for each forgery', async () => {
    readings.now += 30_000;
    gap.notice();
    await look();
    expect(list.asked).toHaveLength(1);
    for (let forged = 0; forged < 100; forged++) {
      gap.notice();
      await look();
    }
    expect(list.asked).toHaveLength(1);
    readings.now += 20_000;
    await look();
    expect(list.asked).toHaveLength(2);
  });

  it('are found though they appear in the list after younger ones', async () => {
    readings.now += 5 * MINUTE;
    happens(1);
    await look();
    list.events.unshift(event('evt_late', readings.now - 4 * MINUTE));
    readings.now += 5 * MINUTE;
    expect(await look()).toMatchObject({ fetched: 1 });
    expect(await inbox.show('evt_late')).not.toBeNull();
  });

  it('of four days are read page by page, and a reading that breaks off goes on where it was', async () => {
    happens(950, START + DAY);
    readings.now += 4 * DAY;
    list.failAt = 4;
    await expect(look()).rejects.toThrow(GatewayUnavailable);
    expect(await inbox.list()).toHaveLength(300);
    list.failAt = null;
    expect(await look()).toMatchObject({ fetched: 650 });
    expect(list.asked).toHaveLength(11);
    expect(new Set(inbox.jobs).size).toBe(950);
    expect(readings.readUntil).toBe(START + DAY);
  });

  it('that come while the list is read are read by the next look', async () => {
    happens(250, START + MINUTE);
    readings.now += 5 * MINUTE;
    list.failAt = 2;
    await expect(look()).rejects.toThrow();
    happens(50, readings.now, 'young');
    list.failAt = null;
    await look();
    expect(await inbox.list()).toHaveLength(250);
    readings.now += 5 * MINUTE;
    expect(await look()).toMatchObject({ fetched: 50 });
  });

  it('are bounded in one look, and the rest follows', async () => {
    happens(2_500);
    readings.now += 5 * MINUTE;
    expect(await look()).toMatchObject({ fetched: 2_000 });
    expect(await look()).toMatchObject({ fetched: 500 });
  });

  it('of more than 30 days are told of as lost, and the rest is fetched', async () => {
    readings.now += 33 * DAY;
    happens(1, readings.now - 2 * DAY);
    happens(1, START + DAY);
    expect(await look()).toEqual({ fetched: 1, lostFrom: new Date(START) });
    expect(readings.lost).toEqual([new Date(START), new Date(readings.now - 30 * DAY)]);
    readings.now += 5 * MINUTE;
    expect(await look()).toEqual({ fetched: 0, lostFrom: null });
  });

  it('begin anew where the list forgot the event at which a reading stood', async () => {
    happens(10);
    readings.now += 5 * MINUTE;
    Object.assign(readings, { nextAfter: 'evt_forgotten' });
    expect(await look()).toMatchObject({ fetched: 10 });
  });
});
