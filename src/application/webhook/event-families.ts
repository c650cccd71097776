import type { EventFamily } from './event-family';
import type { KnownEvent } from './webhook-inbox';

/** Events that one look serves; what is true of the one is true of all. */
export interface EventGroup {
  /** What is looked at: the same for all events of which one look is enough. */
  readonly name: string;
  readonly family: EventFamily;
  readonly event: KnownEvent;
  readonly ids: readonly string[];
  /** The requests that caused them, as each event has it. */
  readonly requests: readonly (string | null)[];
}

/** Which events Cashdesk works on, and by which use case; none of the families speaks of the others' events. */
export class EventFamilies {
  constructor(private readonly families: readonly EventFamily[]) {}

  /** In the order in which the first of each came. */
  group(events: readonly KnownEvent[]): EventGroup[] {
    const groups = new Map<string, EventGroup & { ids: string[]; requests: (string | null)[] }>();
    for (const event of events) {
      const family = this.families.find(({ speaks }) => speaks(event.type)) ?? UNSPOKEN;
      const about = family.about === undefined ? event.objectId : family.about(event);
      const kind = family.about === undefined ? event.objectType : '';
      const name =
        about === null || about === '' ? event.id : `${String(this.families.indexOf(family))} ${kind} ${about}`;
      const known = groups.get(name);
      if (known === undefined) {
        groups.set(name, { name, family, event, ids: [event.id], requests: [event.stripeRequest] });
      } else {
        known.ids.push(event.id);
        known.requests.push(event.stripeRequest);
      }
    }
    return [...groups.values()];
  }
}

const UNSPOKEN: EventFamily = {
  speaks: () => true,
  work: () => Promise.resolve({ status: 'ignored', note: 'Cashdesk does nothing with events of this type.' }),
};
