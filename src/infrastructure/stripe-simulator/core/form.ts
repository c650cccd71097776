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
  return keys;
}

function assign(form: FormObject, keys: readonly string[], value: string): void {
  let target = form;
  keys.forEach((key, position) => {
    const name = key === '' && position > 0 ? String(Object.keys(target).length) : key;
    if (position === keys.length - 1) {
      target[name] = value;
      return;
    }
    const next = (target[name] ??= emptyForm());
    if (typeof next === 'string') throw invalidRequest('Invalid hash', { param: keys[0] ?? '' });
    target = next;
  });
}

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
