import type { EventFamily, NoEffect, Taken } from './event-family';
import type { KnownEvent } from './webhook-inbox';

/** Which events Cashdesk works on, and by which use case; none of the families speaks of the others' events. */
export class EventFamilies {
  constructor(private readonly families: readonly EventFamily[]) {}

  work(event: KnownEvent, cause: string, taken: Taken): Promise<NoEffect | null> {
    const family = this.families.find(({ speaks }) => speaks(event.type));
    if (family !== undefined) return family.work(event, cause, taken);
    return Promise.resolve({ status: 'ignored', note: 'Cashdesk does nothing with events of this type.' });
  }
}
