import type { Context } from '../../core/context';
import { DRILLS, type Drill } from '../../faults/drills';
import { FAULT_KINDS } from '../../faults/fault-kinds';
import { isActive, type Fault } from '../../faults/faults';
import { UI, type Page } from './layout';
import { markup, type Markup, type Piece } from './markup';
import { button, choice, code, dataTable, field, postForm, section } from './parts';

const PATH = `${UI}/faults`;

export function faultsPage({ faults }: Context): Page {
  const set = faults.list();
  return {
    title: 'Faults',
    body: markup`${section('What is set', [faultsTable(set), set.length === 0 ? null : clearForm()])}
${section('Drills', drills(set))}
${section('Set a fault', faultForm())}
${section('What each kind does', kinds())}`,
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

const DETAILS = ['drill', 'skip', 'probability', 'forMs', 'ms', 'status', 'code', 'copies', 'apiVersion'] as const;

function detailWords(fault: Fault): string {
  return DETAILS.flatMap((name) => (fault[name] === undefined ? [] : `${name} ${fault[name]}`)).join(', ');
}

function timesWords(fault: Fault): string {
  const { times = 1 } = fault;
  if (!isActive(fault)) return 'no more';
  return times === 0 ? 'always' : times === 1 ? 'once' : `${times} times`;
}

function drills(faults: readonly Fault[]): Markup {
  const running = new Set(faults.filter(isActive).map(({ drill }) => drill));
  const row = ([name, { does }]: [string, Drill]): Piece[] => [
    code(name),
    does,
    running.has(name) ? 'on' : 'off',
    drillForm(name, running.has(name)),
  ];
  return dataTable({
    caption: 'Several faults at once',
    columns: ['Drill', 'What it does', 'State', 'Begin or end'],
    rows: Object.entries(DRILLS).map(row),
    empty: null,
  });
}

function drillForm(name: string, running: boolean): Markup {
  const words = running ? 'End' : 'Begin';
  return postForm({
    action: `${UI}/drills/${name}/${words.toLowerCase()}`,
    body: markup`<button type="submit" aria-label="${words} the drill ${name}">${words}</button>`,
  });
}

function kinds(): Markup {
  return dataTable({
    caption: 'Kinds of faults',
    columns: ['Kind', 'What it does'],
    rows: Object.entries(FAULT_KINDS).map(([kind, { does }]) => [code(kind), does]),
    empty: null,
  });
}

/** Shown at once: whoever goes on to another page finds nobody there. */
export function unreachablePage(ms: number): Page {
  return {
    title: 'Connections are refused',
    body: markup`<p role="status">For ${Math.ceil(ms / 1000)} seconds nothing answers at this address, these pages included.</p>
<p><a href="${PATH}">Go on to the faults</a> when they are over.</p>`,
  };
}

function clearForm(): Markup {
  return postForm({ action: `${PATH}/clear`, body: button('Remove all faults') });
}

function faultForm(): Markup {
  return postForm({
    action: PATH,
    body: [
      choice({
        id: 'kind',
        name: 'kind',
        label: 'Kind',
        options: Object.keys(FAULT_KINDS).map((kind) => [kind, kind.replaceAll('_', ' ')] as const),
      }),
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
      field({
        id: 'path',
        name: 'path',
        label: 'Path',
        hint: 'Such as /v1/payment_intents/:id/capture or /v1/invoices/*; any if empty',
      }),
      field({
        id: 'eventType',
        name: 'eventType',
        label: 'Event type',
        hint: 'For faults of webhooks, such as charge.refunded or charge.*; any if empty',
      }),
      number('times', 'Times', 'How often it strikes; 0 is always, empty is once'),
      number('probability', 'Probability', 'From 0 to 1; empty is always'),
      number('ms', 'Milliseconds', 'For delays and the like'),
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
