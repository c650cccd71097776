import { API_VERSION } from '../core/context';
import type { EventRecord, WebhookEndpointRecord } from '../core/records';
import type { WebhookFault } from '../faults/faults';
import { inVersion } from '../versions/older-shapes';
import type { Rows } from '../versions/renderers';

/** The last version in which a payment intent held its charges. */
const OLD_VERSION = '2022-08-01';

/** An event as it is shown to callers. */
export function shownEvent({ test_clock: _testClock, ...event }: EventRecord): EventRecord {
  return event;
}

/** The event in the version of its endpoint, or in that of a fault. */
export function payloadOf(
  event: EventRecord,
  endpoint: WebhookEndpointRecord,
  fault: WebhookFault | null,
  rows: Rows,
): string {
  const asked = fault?.kind === 'webhook_old_version' ? (fault.apiVersion ?? OLD_VERSION) : endpoint.api_version;
  const version = asked ?? API_VERSION;
  const shown = shownEvent(event);
  return JSON.stringify({ ...shown, api_version: version, data: inVersion(version, shown.data, rows) }, null, 2);
}
