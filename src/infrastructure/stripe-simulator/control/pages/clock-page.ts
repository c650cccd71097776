import type { Context } from '../../core/context';
import { UI, type Page } from './layout';
import { markup, type Markup } from './markup';
import { button, choice, dataTable, field, moment, postForm, reference, section } from './parts';
import { sliceOf } from './slice';

const UNITS = { minutes: 60, hours: 3_600, days: 86_400 } as const;
/** A century: Stripe's own dates would make no sense beyond. */
const MOST_SECONDS = 36_525 * 86_400;

export function clockLine(ctx: Context, offsetMs: number): Markup {
  const ahead = offsetMs === 0 ? "this machine's time" : `${duration(offsetMs)} ahead of this machine`;
  return markup`<a href="${UI}/clock">The clock</a> shows ${moment(ctx.clock.now())} UTC, ${ahead}.`;
}

export function clockPage(ctx: Context, offsetMs: number): Page {
  const clocks = sliceOf(ctx.tx.table('test_clocks')).rows;
  return {
    title: 'Clock',
    body: markup`<p>${clockLine(ctx, offsetMs)}</p>
<p>What is due by then is done at once: captures settle, authorizations expire, subscriptions renew. The clock only goes forward; a reset sets it back.</p>
${postForm({
  action: `${UI}/clock`,
  legend: 'Advance the clock',
  body: [
    field({ id: 'by', name: 'by', label: 'By', required: true, inputMode: 'numeric', value: '1' }),
    choice({
      id: 'unit',
      name: 'unit',
      label: 'Unit',
      value: 'days',
      options: Object.keys(UNITS).map((unit) => [unit, unit]),
    }),
    button('Advance'),
  ],
})}
${section(
  'Test clocks',
  dataTable({
    caption: 'Clocks of single customers',
    columns: ['Test clock', 'Name', 'Time', 'Status'],
    rows: clocks.map((clock) => [reference(clock.id), clock.name ?? null, moment(clock.frozen_time), clock.status]),
    empty: 'There is none. They are made and advanced through the API.',
  }),
)}`,
  };
}

/** What the form asks for, in seconds; null when that is nothing to advance by. */
export function secondsOf(form: URLSearchParams): number | null {
  const by = (form.get('by') ?? '').trim();
  const unit = Object.entries(UNITS).find(([name]) => name === form.get('unit'))?.[1];
  if (unit === undefined || !/^[1-9]\d{0,9}$/.test(by)) return null;
  const seconds = Number(by) * unit;
  return seconds > MOST_SECONDS ? null : seconds;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : `${count} ${unit}`)).join(' ');
}
