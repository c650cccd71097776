import type { Clock } from '../shared/clock';
import { failureText } from '../shared/failure-text';
import { GatewayUnavailable } from '../shared/gateway-unavailable';
import type { RowChange, Trial } from '../shared/trial';
import type { EventFamilies, EventGroup } from './event-families';
import type { NoEffect } from './event-family';
import { pagesOf } from './replay-webhooks';
import type { ReplayableEvent, ReplaySelection, WebhookReplays } from './webhook-replays';

/** So many are grouped by what they are about: each of these is one look at Stripe. */
const BATCH = 500;

/** What a replay of events, which one look serves, would do. */
export interface ReplayPreview {
  readonly events: readonly { readonly id: string; readonly type: string; readonly receivedAt: string }[];
  /** `seen`: an event before was about the same, and what would change is said there. */
  readonly outcome: 'would_change' | 'nothing' | 'seen' | 'ignored' | 'set_aside' | 'would_fail';
  readonly paymentId: string | null;
  readonly note: string | null;
  readonly changes: readonly RowChange[];
}

/** Finds out what a replay would change by doing it and taking it back; each look in a transaction of its own. */
export class PreviewReplay {
  constructor(
    private readonly replays: WebhookReplays,
    private readonly families: EventFamilies,
    private readonly trial: Trial,
    private readonly clock: Clock,
  ) {}

  /** One after the other, as they are found out. @throws GatewayUnavailable */
  async *execute(selection: ReplaySelection): AsyncGenerator<ReplayPreview> {
    const seen = new Map<string, string>();
    for await (const events of pagesOf(this.replays, selection, this.clock.now(), BATCH)) {
      for (const group of this.families.group(events)) {
        const members = events.filter(({ id }) => group.ids.includes(id));
        const before = seen.get(group.name);
        seen.set(group.name, before ?? group.event.id);
        const found = before === undefined ? await this.preview(group, members) : sameAs(before);
        yield { events: members.map(({ id, type, receivedAt }) => ({ id, type, receivedAt })), ...found };
      }
    }
  }

  private async preview(
    { family, event }: EventGroup,
    members: readonly ReplayableEvent[],
  ): Promise<Omit<ReplayPreview, 'events'>> {
    let paymentId = members.find((member) => member.paymentId !== null)?.paymentId ?? null;
    const about = [event.objectId, event.intent ?? '', paymentId ?? ''].filter((id) => id !== '');
    const taken = (id: string | null): Promise<void> => {
      paymentId = id ?? paymentId;
      return Promise.resolve();
    };
    try {
      const { result, changes } = await this.trial.run(about, () => family.work(event, `event:${event.id}`, taken, []));
      return { outcome: outcomeOf(result, changes), paymentId, note: result?.note ?? null, changes };
    } catch (error) {
      if (error instanceof GatewayUnavailable) throw error;
      return { outcome: 'would_fail', paymentId, note: failureText(error), changes: [] };
    }
  }
}

function sameAs(event: string): Omit<ReplayPreview, 'events'> {
  return { outcome: 'seen', paymentId: null, note: `It is about the same as ${event}.`, changes: [] };
}

function outcomeOf(noEffect: NoEffect | null, changes: readonly RowChange[]): ReplayPreview['outcome'] {
  if (noEffect !== null) return noEffect.status;
  return changes.length > 0 ? 'would_change' : 'nothing';
}
