import type { Clock } from '../shared/clock';
import type { ReplayableEvent, ReplaySelection, WebhookReplays } from './webhook-replays';

const BATCH = 500;

export interface ReplayProgress {
  readonly replayed: number;
  /** When the last of them was received. */
  readonly upTo: string;
}

/**
 * Has events worked on once more, as if they had just been received: Stripe is asked how what they tell of stands now, and
 * what had its effect already has none again. Each batch is a commit; interrupted, the same can be asked for again.
 */
export class ReplayWebhooks {
  constructor(
    private readonly replays: WebhookReplays,
    private readonly clock: Clock,
  ) {}

  /** @returns how many. */
  async execute(selection: ReplaySelection, progress: (progress: ReplayProgress) => void): Promise<number> {
    let replayed = 0;
    for await (const events of pagesOf(this.replays, selection, this.clock.now(), BATCH)) {
      await this.replays.enqueue(events.map(({ id }) => id));
      replayed += events.length;
      progress({ replayed, upTo: events.at(-1)?.receivedAt ?? '' });
    }
    return replayed;
  }
}

/** Those that come meanwhile are not among them. */
export async function* pagesOf(
  replays: WebhookReplays,
  selection: ReplaySelection,
  now: Date,
  limit: number,
): AsyncGenerator<readonly ReplayableEvent[]> {
  let after: ReplayableEvent | null = null;
  for (;;) {
    const page: readonly ReplayableEvent[] = await replays.page({ to: now, ...selection }, after, limit);
    after = page.at(-1) ?? null;
    if (after === null) return;
    yield page;
  }
}
