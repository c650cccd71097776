import type { UnitOfWork } from '../shared/unit-of-work';
import type { EventGap } from './event-gap';
import type { EventList } from './event-list';
import type { EventReading, EventReadings } from './event-readings';
import type { WebhookInbox } from './webhook-inbox';

/** Milliseconds. Stripe's list is not in strict order, and an event can appear in it a while after its time. */
const OVERLAP = 300_000;
/** Milliseconds. So long Stripe keeps events. */
const KEPT_FOR = 30 * 86_400_000;
/** Seconds. Whoever sends forged deliveries makes us look no more often than this. */
const AFTER_A_GAP = 20;
const PAGES_AT_ONCE = 20;

export interface MissedEvents {
  /** Those that nobody had delivered yet. */
  readonly fetched: number;
  /** Events from then on are lost: Stripe's list does not reach back so far. */
  readonly lostFrom: Date | null;
}

/** How often Stripe's list is looked at while all is well. */
export class FetchInterval {
  constructor(readonly milliseconds: number) {}
}

const NOTHING: MissedEvents = { fetched: 0, lostFrom: null };

/**
 * Fetches the events that were not delivered, because we or the way to us were away, and stores them as if they had been:
 * each once, with its job. Interrupted, it goes on where it was.
 */
export class FetchMissedEvents {
  constructor(
    private readonly list: EventList,
    private readonly readings: EventReadings,
    private readonly inbox: WebhookInbox,
    private readonly unitOfWork: UnitOfWork,
    private readonly gap: EventGap,
  ) {}

  /** @param interval seconds from one look to the next, unless a gap was noticed. @throws GatewayUnavailable */
  async execute(interval: number): Promise<MissedEvents> {
    const hurry = this.gap.take();
    try {
      const reading = await this.readings.take(hurry ? Math.min(AFTER_A_GAP, interval) : interval);
      if (reading !== null) return await this.read(reading);
      // Another instance may have looked before what we missed.
      if (hurry) this.gap.notice();
      return NOTHING;
    } catch (error) {
      // The database or Stripe was away: something may have been missed with this look.
      this.gap.notice();
      throw error;
    }
  }

  private async read(reading: EventReading): Promise<MissedEvents> {
    const { readUntil, lookedAt, now } = reading;
    const lost = now.getTime() - lookedAt.getTime() > KEPT_FOR;
    if (lost) await this.readings.tellOfLoss(lookedAt, new Date(now.getTime() - KEPT_FOR));
    const since = new Date(Math.max(Math.min(readUntil.getTime(), now.getTime()) - OVERLAP, now.getTime() - KEPT_FOR));
    const fetched = await this.pages(reading, since).catch(async (error: unknown) => {
      await this.readings.release();
      throw error;
    });
    return { fetched, lostFrom: lost ? lookedAt : null };
  }

  private async pages({ readUntil, newest: begun, nextAfter }: EventReading, since: Date): Promise<number> {
    let [newest, after, fetched] = [begun, nextAfter, 0];
    for (let page = 0; page < PAGES_AT_ONCE; page += 1) {
      const found = await this.list.page(since, after);
      if (found === null) {
        after = null;
        continue;
      }
      const { events, hasMore } = found;
      newest ??= events[0]?.created ?? null;
      const last = events.at(-1)?.id;
      const next = hasMore && last !== undefined ? last : null;
      // With what it stores it is kept how far it came.
      fetched += await this.unitOfWork.run(async () => {
        const stored = await this.inbox.storeFetched(events);
        if (next === null) await this.readings.end(newest ?? readUntil);
        else await this.readings.goOn(newest, next);
        return stored;
      });
      if (next === null) return fetched;
      after = next;
    }
    await this.readings.release();
    this.gap.notice();
    return fetched;
  }
}
