import { EventList, type EventPage } from '../../application/webhook/event-list';
import type { Guard } from './guard';

export class GuardedEventList extends EventList {
  constructor(
    private readonly inner: EventList,
    private readonly guard: Guard,
  ) {
    super();
  }

  override page(since: Date, after: string | null): Promise<EventPage | null> {
    return this.guard.value('page', 'read', () => this.inner.page(since, after));
  }
}
