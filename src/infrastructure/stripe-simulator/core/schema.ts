import { invalidRequest, parameterMissing, parametersUnknown } from './errors';
import type { FormObject, FormValue } from './form';

/** Reads one parameter; `name` is the full name with its brackets, as errors show it. */
export interface Param<T> {
  read(value: FormValue, name: string): T;
}

export type Shape = Record<string, Param<unknown>>;
export type ParamType<P> = P extends Param<infer T> ? T : never;
export type Values<S extends Shape, R extends keyof S = never> = { [K in R]: ParamType<S[K]> } & {
  [K in Exclude<keyof S, R>]?: ParamType<S[K]>;
};

function readText(value: FormValue, name: string): string {
  if (typeof value !== 'string') throw invalidRequest('Invalid string: {}', { param: name });
  return value;
}

export function text(options: { max?: number } = {}): Param<string> {
  return {
    read(value, name) {
      const read = readText(value, name);
      if (read === '') {
        throw invalidRequest(
          `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`,
          { code: 'parameter_invalid_empty', param: name },
        );
      }
      const max = options.max ?? 5000;
      if (read.length > max && characters(read) > max) {
        const shown = `${read.slice(0, 10)}...${read.slice(-10)}`;
        throw invalidRequest(`Invalid string: ${shown}; must be at most ${max} characters`, { param: name });
      }
      return read;
    },
  };
}

export function integer(options: { min?: number; max?: number } = {}): Param<number> {
  return {
    read(value, name) {
      const read = readText(value, name);
      const number = Number(read);
      if (!/^-?\d+$/.test(read) || !Number.isSafeInteger(number)) {
        throw invalidInteger(`Invalid integer: ${read}`, name);
      }
      if (options.min !== undefined && number < options.min) {
        throw invalidInteger(`This value must be greater than or equal to ${options.min}.`, name);
      }
      if (options.max !== undefined && number > options.max) {
        throw invalidInteger(
          `This value must be less than or equal to ${options.max} (it currently is '${number}').`,
          name,
        );
      }
      return number;
    },
  };
}

function invalidInteger(message: string, param: string): Error {
  return invalidRequest(message, { code: 'parameter_invalid_integer', param });
}

export const flag: Param<boolean> = {
  read(value, name) {
    if (value === 'true') return true;
    if (value === 'false') return false;
    throw invalidRequest(`Invalid boolean: ${readText(value, name)}`, { param: name });
  },
};

export function oneOf<const T extends string>(...allowed: readonly T[]): Param<T> {
  return {
    read(value, name) {
      const found = allowed.find((candidate) => candidate === value);
      if (found === undefined) {
        const last = allowed.at(-1) ?? '';
        const comma = allowed.length > 2 ? ',' : '';
        const list = allowed.length > 1 ? `${allowed.slice(0, -1).join(', ')}${comma} or ${last}` : last;
        throw invalidRequest(`Invalid ${name}: must be one of ${list}`, { param: name });
      }
      return found;
    },
  };
}

export function arrayOf<T>(item: Param<T>): Param<T[]> {
  return {
    read(value, name) {
      if (typeof value === 'string' || !Object.keys(value).every((key) => /^\d+$/.test(key))) {
        throw invalidRequest('Invalid array', { param: name });
      }
      return Object.keys(value).map((key) => item.read(value[key] ?? '', `${name}[${key}]`));
    },
  };
}

/** An empty string unsets what was there. */
export function clearable<T>(inner: Param<T>): Param<T | null> {
  return { read: (value, name) => (value === '' ? null : inner.read(value, name)) };
}

export function either<A, B>(text: Param<A>, hash: Param<B>): Param<A | B> {
  return { read: (value, name) => (typeof value === 'string' ? text.read(value, name) : hash.read(value, name)) };
}

/** Documented by Stripe and without meaning here: accepted, never kept. */
export const ignored: Param<null> = { read: () => null };

/** Documented by Stripe and of consequence, but not simulated: better refused than silently without effect. */
export const unsupported: Param<never> = {
  read(_value, name) {
    throw invalidRequest(`The simulator does not support '${name}' yet.`, { param: name });
  },
};

export function object<S extends Shape, R extends keyof S & string = never>(
  shape: S,
  required: readonly R[] = [],
): Param<Values<S, R>> {
  return {
    read(value, name) {
      if (typeof value === 'string') throw invalidRequest('Invalid object', { param: name });
      return readObject(shape, required, value, name) as Values<S, R>;
    },
  };
}

function readObject(shape: Shape, required: readonly string[], form: FormObject, name: string): object {
  const full = (key: string): string => (name === '' ? key : `${name}[${key}]`);
  const unknown = Object.keys(form).filter((key) => !Object.hasOwn(shape, key));
  if (unknown.length > 0) throw parametersUnknown(unknown.map(full));
  const values: Record<string, unknown> = {};
  for (const key of Object.keys(form)) values[key] = shape[key]?.read(form[key] ?? '', full(key));
  for (const key of required) if (!(key in values)) throw parameterMissing(full(key));
  return values;
}

const MAX_KEYS = 50;
const MAX_KEY = 40;
const MAX_VALUE = 500;

export type MetadataChange = Readonly<Record<string, string>> | null;

/** `null` clears all keys; an empty value clears its key. */
export const metadata: Param<MetadataChange> = {
  read(value, name) {
    if (value === '') return null;
    if (typeof value === 'string') throw invalidRequest('Invalid object', { param: name });
    const entries = Object.entries(value).map(([key, item]): [string, string] => {
      const read = readText(item, `${name}[${key}]`);
      const keyLength = characters(key);
      if (keyLength > MAX_KEY) {
        throw invalidRequest(
          `Metadata keys can have up to ${MAX_KEY} characters, but you passed in a key that is ${keyLength} characters. Invalid key: ${key}`,
          { param: name },
        );
      }
      const length = characters(read);
      if (length > MAX_VALUE) {
        throw invalidRequest(
          `Metadata values can have up to ${MAX_VALUE} characters, but you passed in a value that is ${length} characters. Invalid value: ${read}`,
          { param: name },
        );
      }
      return [key, read];
    });
    checkKeyCount(entries.filter(([, item]) => item !== '').length);
    return Object.fromEntries(entries);
  },
};

export function mergeMetadata(current: Record<string, string>, change: MetadataChange): Record<string, string> {
  if (change === null) return {};
  const merged = Object.entries({ ...current, ...change }).filter(([, value]) => value !== '');
  checkKeyCount(merged.length);
  return Object.fromEntries(merged);
}

function checkKeyCount(count: number): void {
  if (count <= MAX_KEYS) return;
  throw invalidRequest(
    `Metadata can have up to ${MAX_KEYS} keys, but you've set ${count}. Email us at support+metadata@stripe.com for more information.`,
    { param: 'metadata' },
  );
}

/** A letter outside the basic plane is one character, though two units of a string. */
function characters(text: string): number {
  return Array.from(text).length;
}
