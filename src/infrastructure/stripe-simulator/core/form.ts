import { invalidRequest } from './errors';

/** What a form body holds before a schema gives it types: text, or a hash whose keys came in brackets. */
export type FormValue = string | FormObject;
export interface FormObject {
  [key: string]: FormValue;
}

/** Without a prototype, so that a parameter named `__proto__` or `constructor` is only a parameter. */
function emptyForm(): FormObject {
  return Object.create(null) as FormObject;
}

export function parseForm(text: string): FormObject {
  const form = emptyForm();
  for (const [name, value] of new URLSearchParams(text)) assign(form, path(name), value);
  return form;
}

function path(name: string): string[] {
  const open = name.indexOf('[');
  if (open <= 0) return [name];
  const keys = [name.slice(0, open)];
  for (const match of name.slice(open).matchAll(/\[([^\]]*)\]/g)) keys.push(match[1] ?? '');
  if (keys.length > DEEPEST) throw invalidRequest('The parameters are nested too deeply.', { param: keys[0] ?? '' });
  return keys;
}

/** As deep as any parameter of Stripe's could be, with room to spare. */
const DEEPEST = 20;

/** Of two values with one name the later holds. */
function assign(form: FormObject, keys: readonly string[], value: string): void {
  let target = form;
  for (const [position, key] of keys.entries()) {
    const name = key === '' && position > 0 ? nextIndex(target, keys[position + 1]) : key;
    if (name === key && position > 0) lengths.delete(target);
    if (position === keys.length - 1) {
      target[name] = value;
      return;
    }
    const next = (target[name] ??= emptyForm());
    if (typeof next === 'string') throw invalidRequest('Invalid hash', { param: keys[0] ?? '' });
    target = next;
  }
}

/** `items[][price]` after `items[][quantity]` goes on with the same item, and begins another when it has a price already. */
function nextIndex(list: FormObject, key: string | undefined): string {
  const length = lengths.get(list) ?? Object.keys(list).length;
  const last = list[String(length - 1)];
  if (key !== undefined && key !== '' && typeof last === 'object' && !(key in last)) return String(length - 1);
  lengths.set(list, length + 1);
  return String(length);
}

/** Counting the keys of a long list anew for each of its members would take forever. */
const lengths = new WeakMap<FormObject, number>();

/** The same parameters have the same text, in whatever order they were sent. */
export function canonicalForm(value: FormValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalForm(value[key] ?? '')}`);
  return `{${entries.join(',')}}`;
}

/** For people and tests that read the journal: hashes numbered 0, 1, 2 … are lists. */
export function readableForm(value: FormValue): unknown {
  if (typeof value === 'string') return value;
  const keys = Object.keys(value);
  if (keys.length > 0 && keys.every((key, position) => key === String(position))) {
    return keys.map((key) => readableForm(value[key] ?? ''));
  }
  return Object.fromEntries(keys.map((key) => [key, readableForm(value[key] ?? '')]));
}
