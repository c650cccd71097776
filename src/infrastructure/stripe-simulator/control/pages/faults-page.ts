import type { Context } from '../../core/context';
import { REQUEST_FAULTS, WEBHOOK_FAULTS, type Fault } from '../../faults/faults';
import { UI, type Page } from './layout';
import { markup, type Markup } from './markup';
import { button, choice, code, dataTable, field, postForm, section } from './parts';

const PATH = `${UI}/faults`;

export function faultsPage({ faults }: Context): Page {
  const set = faults.list();
  return {
    title: 'Faults',
    body: markup`${section('What is set', [faultsTable(set), set.length === 0 ? null : clearForm()])}
${section('Set a fault', faultForm())}`,
  };
}

function faultsTable(faults: readonly Fault[]): Markup {
  return dataTable({
    caption: 'A request meets the first fault that fits it',
    columns: ['Kind', 'Fits', 'Details', 'Fitted', 'Struck', 'Strikes', 'Remove'],
    rows: faults.map((fault) => [
      code(fault.kind),
      matchWords(fault),
      detailWords(fault),
      fault.matched,
      fault.applied,
      timesWords(fault),
      postForm({
        action: `${PATH}/${fault.id}/remove`,
        body: markup`<button type="submit" aria-label="Remove the fault ${fault.kind} (${fault.id})">Remove</button>`,
      }),
    ]),
    empty: 'No fault is set: every request and every delivery gets what Stripe would give it.',
  });
}

function matchWords({ match = {} }: Fault): string {
  const words = Object.entries(match).map(([name, value]) => `${name} ${String(value)}`);
  return words.length === 0 ? 'everything' : words.join(', ');
}

function detailWords(fault: Fault): string {
  const { id: _id, kind: _kind, match: _match, matched: _matched, applied: _applied, times: _times, ...rest } = fault;
  return Object.entries(rest)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
}

function timesWords({ times = 1, applied }: Fault): string {
  if (times === 0) return 'always';
  return applied >= times ? 'spent' : times === 1 ? 'once' : `${times} times`;
}

function clearForm(): Markup {
  return postForm({ action: `${PATH}/clear`, body: button('Remove all faults') });
}

function faultForm(): Markup {
  const kinds = [...REQUEST_FAULTS, ...WEBHOOK_FAULTS].map((kind) => [kind, kind.replaceAll('_', ' ')] as const);
  return postForm({
    action: PATH,
    body: [
      choice({ id: 'kind', name: 'kind', label: 'Kind', options: kinds }),
      choice({
        id: 'method',
        name: 'method',
        label: 'Method',
        options: [
          ['', 'any'],
          ['GET', 'GET'],
          ['POST', 'POST'],
          ['DELETE', 'DELETE'],
        ],
      }),
      field({ id: 'path', name: 'path', label: 'Path', hint: 'Such as /v1/payment_intents/:id/capture; any if empty' }),
      field({
        id: 'eventType',
        name: 'eventType',
        label: 'Event type',
        hint: 'For faults of webhooks, such as charge.refunded; any if empty',
      }),
      number('times', 'Times', 'How often it strikes; 0 is always, empty is once'),
      number('probability', 'Probability', 'From 0 to 1; empty is always'),
      number('ms', 'Milliseconds', 'For delays'),
      number('status', 'HTTP status', 'For errors, such as 500 or 429'),
      button('Set the fault'),
    ],
  });
}

function number(name: string, label: string, hint: string): Markup {
  return field({ id: name, name, label, hint, inputMode: 'decimal' });
}

const NUMBERS = ['times', 'probability', 'ms', 'status'];
const MATCHES = ['method', 'path', 'eventType'];

/** The definition as the control API takes it; what is no number stays text, so that it is refused by name. */
export function faultOf(form: URLSearchParams): object {
  const given = (names: readonly string[]): [string, string][] =>
    names.map((name): [string, string] => [name, (form.get(name) ?? '').trim()]).filter(([, value]) => value !== '');
  const match = Object.fromEntries(given(MATCHES));
  return {
    kind: form.get('kind'),
    ...(Object.keys(match).length === 0 ? {} : { match }),
    ...Object.fromEntries(
      given(NUMBERS).map(([name, value]) => [name, /^\d+(\.\d+)?$/.test(value) ? Number(value) : value]),
    ),
  };
}
