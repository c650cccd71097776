import type { RowChange } from '../../application/shared/trial';
import type { ReplayPreview } from '../../application/webhook/preview-replay';
import { visible } from './table';

/** `1 event is`, `12 events are`. */
export function eventsText(count: number): string {
  return `${String(count)} ${count === 1 ? 'event is' : 'events are'}`;
}

/** What one look would change, a line for each row. */
export function previewText({ events, outcome, paymentId, note, changes }: ReplayPreview): string {
  const named = events.map(({ id, type }) => `${id} ${type}`).join(', ');
  const about = paymentId === null ? '' : ` (${paymentId})`;
  return [visible(`${named}${about}: ${OUTCOMES[outcome](note ?? '')}`), ...changes.map(changeText)].join('\n');
}

export function summaryText(previews: readonly ReplayPreview[]): string {
  const count = (outcome: ReplayPreview['outcome']) =>
    previews.filter((preview) => preview.outcome === outcome).flatMap(({ events }) => events).length;
  const told = (Object.keys(NAMES) as (keyof typeof NAMES)[])
    .filter((outcome) => count(outcome) > 0)
    .map((outcome) => `${String(count(outcome))} ${NAMES[outcome]}`);
  const looked = previews.flatMap(({ events }) => events).length;
  return `${eventsText(looked)} looked at: ${told.join(', ')}. Nothing was changed.`;
}

const OUTCOMES: Readonly<Record<ReplayPreview['outcome'], (note: string) => string>> = {
  would_change: () => 'would change',
  nothing: () => 'nothing would change',
  seen: (note) => `the same. ${note}`,
  ignored: (note) => `would be ignored. ${note}`,
  set_aside: (note) => `would be set aside. ${note}`,
  would_fail: (note) => `would fail. ${note}`,
};

const NAMES: Readonly<Record<ReplayPreview['outcome'], string>> = {
  would_change: 'would change something',
  nothing: 'would change nothing',
  seen: 'about the same as others',
  ignored: 'would be ignored',
  set_aside: 'would be set aside',
  would_fail: 'would fail',
};

function changeText({ table, id, before, after }: RowChange): string {
  if (before === null) {
    const values = Object.entries(after).filter(([column]) => !IN_EVERY_ROW.has(column));
    return visible(`  + ${table} ${id}: ${values.map(([column, value]) => `${column} ${shown(value)}`).join(', ')}`);
  }
  const values = Object.entries(after).map(([column, value]) => {
    return `${column} ${shown(before[column])} -> ${shown(value)}`;
  });
  return visible(`  ~ ${table} ${id}: ${values.join(', ')}`);
}

/** Of a new row they say nothing to anybody. */
const IN_EVERY_ROW = new Set(['id', 'stripe_account', 'livemode', 'recorded_at', 'noted_at', 'updated_at', 'version']);

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
