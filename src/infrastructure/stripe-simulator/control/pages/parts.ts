import { UI } from './layout';
import { markup, type Markup, type Piece } from './markup';

/** A table that scrolls within itself where the window is narrow, by keyboard too. The first cell names its row. */
export interface DataTable {
  caption: string;
  columns: readonly string[];
  rows: readonly (readonly Piece[])[];
  /** What stands there instead while there are no rows. */
  empty: Piece;
}

/** Columns of money, which stand to the right, and of sentences, which need room. */
const CLASS_OF_COLUMN: Readonly<Record<string, string>> = {
  Amount: 'amount',
  Captured: 'amount',
  Details: 'wide',
  Failure: 'wide',
  Fee: 'amount',
  Fits: 'wide',
  'Last answer': 'wide',
  Net: 'amount',
  Outcome: 'wide',
  Refunded: 'amount',
  Total: 'amount',
  'What it does': 'wide',
  'What the endpoint wrote': 'wide',
};
/** The oldest beyond are left out: a page is no export. */
const MOST_ROWS = 100;

/** What a page shows of rows that stand in the order of their making. */
export function newest<R>(rows: readonly R[]): readonly R[] {
  return rows.slice(-MOST_ROWS);
}

export function dataTable({ caption, columns, rows, empty }: DataTable): Markup {
  if (rows.length === 0) return markup`<p>${empty}</p>`;
  const kind = (at: number): Markup | null => {
    const name = CLASS_OF_COLUMN[columns[at] ?? ''];
    return name === undefined ? null : markup` class="${name}"`;
  };
  const cell = (piece: Piece, at: number): Markup =>
    at === 0 ? markup`<th scope="row">${piece}</th>` : markup`<td${kind(at)}>${piece}</td>`;
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column, at) => markup`<th scope="col"${kind(at)}>${column}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => markup`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table>
</div>`;
}

/** Names and values; what has no value is left out. */
export function facts(entries: readonly (readonly [name: string, value: Piece])[]): Markup {
  const given = entries.filter(([, value]) => value !== null && value !== '');
  return markup`<dl>${given.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}

export function section(heading: string, body: Piece): Markup {
  return markup`<section>
<h2>${heading}</h2>
${body}
</section>
`;
}

interface PostForm {
  action: string;
  /** What the form is for, where it has fields. */
  legend?: string;
  body: Piece;
}

export function postForm({ action, legend, body }: PostForm): Markup {
  const form = markup`<form class="row" method="post" action="${action}">${body}</form>`;
  return legend === undefined ? form : markup`<fieldset><legend>${legend}</legend>${form}</fieldset>`;
}

interface Field {
  /** Unique on the page. */
  id: string;
  name: string;
  label: string;
  hint?: string;
  value?: string;
  required?: boolean;
  inputMode?: 'decimal' | 'numeric';
}

export function field({ id, name, label, hint, value = '', required = false, inputMode }: Field): Markup {
  return labelled(
    id,
    label,
    hint,
    markup`<input id="${id}" name="${name}" value="${value}" autocomplete="off"${
      inputMode === undefined ? null : markup` inputmode="${inputMode}"`
    }${required ? markup` required` : null}${describedBy(id, hint)}>`,
  );
}

interface Choice extends Pick<Field, 'hint' | 'id' | 'label' | 'name' | 'value'> {
  options: readonly (readonly [value: string, words: string])[];
}

export function choice({ id, name, label, hint, value, options }: Choice): Markup {
  return labelled(
    id,
    label,
    hint,
    markup`<select id="${id}" name="${name}"${describedBy(id, hint)}>${options.map(
      ([option, words]) =>
        markup`<option value="${option}"${option === value ? markup` selected` : null}>${words}</option>`,
    )}</select>`,
  );
}

/** A button of a form; with a name it says which of several was pressed. */
export function button(words: string, pressed?: { name: string; value: string }): Markup {
  const named = pressed === undefined ? null : markup` name="${pressed.name}" value="${pressed.value}"`;
  return markup`<button type="submit"${named}>${words}</button>`;
}

function labelled(id: string, label: string, hint: string | undefined, control: Markup): Markup {
  return markup`<div class="field"><label for="${id}">${label}</label>${control}${
    hint === undefined ? null : markup`<span class="hint" id="${id}-hint">${hint}</span>`
  }</div>\n`;
}

function describedBy(id: string, hint: string | undefined): Markup | null {
  return hint === undefined ? null : markup` aria-describedby="${id}-hint"`;
}

/** A word that says how something stands; the colour only repeats it. */
export function state(words: string, tone: 'bad' | 'good' | 'wait' | null): Markup {
  return tone === null ? markup`${words}` : markup`<span class="${tone}">${words}</span>`;
}

export function moment(seconds: number): Markup {
  return instant(new Date(seconds * 1000));
}

export function instant(date: Date): Markup {
  const exact = date.toISOString();
  return markup`<time datetime="${exact}">${exact.slice(0, 19).replace('T', ' ')}</time>`;
}

export function code(text: string): Markup {
  return markup`<code>${text}</code>`;
}

/** The object as the API answers it, folded away. */
export function asJson(summary: string, value: object): Markup {
  return markup`<details><summary>${summary}</summary>
<pre tabindex="0">${JSON.stringify(value, null, 2)}</pre>
</details>`;
}

const PAGE_OF_PREFIX: Readonly<Record<string, string>> = { pi: 'payments', evt: 'events', cus: 'customers' };

/** The id, and the way to the page that shows what it stands for. */
export function reference(id: string): Markup {
  const place = PAGE_OF_PREFIX[id.slice(0, id.indexOf('_'))] ?? 'objects';
  return markup`<a href="${UI}/${place}/${encodeURIComponent(id)}">${code(id)}</a>`;
}

export function challengeForm(action: string): Markup {
  return postForm({
    action,
    legend: "The bank's challenge",
    body: [
      button('Complete authentication', { name: 'outcome', value: 'succeed' }),
      button('Fail authentication', { name: 'outcome', value: 'fail' }),
    ],
  });
}

/** The way to older rows. */
export function further(path: string, query: Readonly<Record<string, string>>, next: string | null): Markup | null {
  if (next === null) return null;
  return markup`<p><a href="${path}?${new URLSearchParams({ ...query, after: next }).toString()}">Older</a></p>`;
}
