import type { EventRecord } from '../core/records';
import type { Transaction } from '../core/store';

const KEPT_SECONDS = 30 * 86_400;

/** A test clock's events may be dated long ago from the start; they are kept as long as their clock. */
export function isKept(event: EventRecord, now: number): boolean {
  return event.test_clock !== undefined || event.created >= now - KEPT_SECONDS;
}

/** Forgets events that Stripe would not show any more, and their deliveries. */
export function pruneEvents(tx: Transaction, now: number): void {
  for (const event of tx.table('events').values()) {
    if (isKept(event, now)) continue;
    tx.delete('events', event.id);
    // Nothing was delivered in this change, so the rows that are there already are all.
    for (const delivery of tx.table('deliveries').where('event', event.id)) tx.delete('deliveries', delivery.id);
  }
}
