import type { Context } from './context';
import { invalidRequest } from './errors';
import type { TableName } from './records';
import { asOfNow } from './resources/balance-transaction';

/** Where an id of a field leads; `latest_charge` and the like are ids of other objects, `id` itself is not. */
const EXPANDABLE: Readonly<Record<string, TableName>> = {
  latest_charge: 'charges',
  payment_method: 'payment_methods',
  payment_intent: 'payment_intents',
  balance_transaction: 'balance_transactions',
  source: 'charges',
};
const MAX_DEPTH = 4;

type Hash = Record<string, unknown>;

/** Answers a copy in which the paths asked for hold objects instead of ids. */
export function expand(ctx: Context, body: object, paths: readonly string[]): object {
  if (paths.length === 0) return body;
  let expanded = body;
  for (const path of paths) {
    const keys = path.split('.');
    const depth = keys[0] === 'data' ? keys.length - 1 : keys.length;
    if (depth > MAX_DEPTH) {
      throw invalidRequest(`You cannot expand more than ${String(MAX_DEPTH)} levels of a property. Property: ${path}`);
    }
    expanded = expandPath(ctx, expanded as Hash, keys, path);
  }
  return expanded;
}

function expandPath(ctx: Context, target: Hash, keys: readonly string[], full: string): Hash {
  const [key = '', ...rest] = keys;
  if (!Object.hasOwn(target, key)) throw notExpandable(full);
  const value = target[key];
  if (Array.isArray(value)) {
    return {
      ...target,
      [key]: value.map((item: unknown) => (isHash(item) ? expandPath(ctx, item, rest, full) : item)),
    };
  }
  const found = typeof value === 'string' ? lookUp(ctx, key, value, full) : value;
  if (!isHash(found)) {
    // Nothing there yet, such as the balance transaction of a capture that is still under way.
    if (found !== null) throw notExpandable(full);
    return target;
  }
  return { ...target, [key]: rest.length === 0 ? found : expandPath(ctx, found, rest, full) };
}

function lookUp(ctx: Context, key: string, id: string, full: string): unknown {
  const table = EXPANDABLE[key];
  if (table === undefined) throw notExpandable(full);
  if (table === 'balance_transactions') {
    const found = ctx.tx.get(table, id);
    return found === undefined ? null : asOfNow(ctx, found);
  }
  return ctx.tx.get(table, id) ?? null;
}

function isHash(value: unknown): value is Hash {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notExpandable(path: string): Error {
  return invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
}
