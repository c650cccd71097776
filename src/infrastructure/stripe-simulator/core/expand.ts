import type { Context } from './context';
import { invalidRequest } from './errors';
import { present } from './present';
import type { TableName } from './records';

/** Which table the prefix of an id leads to. */
const TABLE_OF_PREFIX: Readonly<Record<string, TableName>> = {
  cbtxn: 'customer_balance_transactions',
  ch: 'charges',
  clock: 'test_clocks',
  cn: 'credit_notes',
  cus: 'customers',
  di: 'discounts',
  dp: 'disputes',
  du: 'disputes',
  file: 'files',
  ii: 'invoice_items',
  in: 'invoices',
  inpay: 'invoice_payments',
  mandate: 'mandates',
  pi: 'payment_intents',
  pm: 'payment_methods',
  po: 'payouts',
  price: 'prices',
  promo: 'promotion_codes',
  py: 'charges',
  pyr: 'refunds',
  re: 'refunds',
  setatt: 'setup_attempts',
  seti: 'setup_intents',
  si: 'subscription_items',
  sub: 'subscriptions',
  txn: 'balance_transactions',
  txr: 'tax_rates',
};

/** Objects whose ids the caller may choose, so that only the field tells what they are. */
const TABLE_OF_FIELD: Readonly<Record<string, TableName>> = { coupon: 'coupons', product: 'products' };

/** The fields that hold ids of other objects. */
const EXPANDABLE: ReadonlySet<string> = new Set([
  'balance_transaction',
  'cancellation_policy',
  'charge',
  'charge_id',
  'charges',
  'coupon',
  'credit_note',
  'customer',
  'customer_balance_transaction',
  'customer_communication',
  'customer_signature',
  'default_payment_method',
  'default_price',
  'default_tax_rates',
  'discount',
  'discounts',
  'duplicate_charge_documentation',
  'failure_balance_transaction',
  'file',
  'from_invoice',
  'generated_from',
  'invoice',
  'invoice_item',
  'latest_attempt',
  'latest_charge',
  'latest_invoice',
  'latest_revision',
  'mandate',
  'original_payout',
  'payment_intent',
  'payment_method',
  'pending_setup_intent',
  'price',
  'product',
  'promotion_code',
  'receipt',
  'refund',
  'refund_policy',
  'refunds',
  'reversed_by',
  'service_documentation',
  'setup_attempt',
  'setup_intent',
  'shipping_documentation',
  'single_use_mandate',
  'source',
  'subscription',
  'subscription_item',
  'tax_rate',
  'tax_rates',
  'test_clock',
  'uncategorized_file',
]);
const MAX_DEPTH = 4;

type Hash = Record<string, unknown>;

/** Answers a copy in which the paths asked for hold objects instead of ids. */
export function expand(ctx: Context, body: object, paths: readonly string[]): object {
  if (paths.length === 0) return body;
  let expanded = body;
  for (const path of paths) {
    const keys = path.split('.');
    // The `data` of a list counts as a level.
    if (keys.length > MAX_DEPTH) {
      throw invalidRequest(`You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${path}`, {
        code: 'property_expansion_max_depth',
      });
    }
    expanded = expandPath(ctx, expanded as Hash, keys, path);
  }
  return expanded;
}

function expandPath(ctx: Context, target: Hash, keys: readonly string[], full: string): Hash {
  const [key = '', ...rest] = keys;
  if (Object.hasOwn(target, key)) return { ...target, [key]: follow(ctx, key, target[key], rest, full) };
  const included = include(ctx, target, key, full);
  // It need not be an object of its own, as a secret is not, nor a list, as the tiers of a price are none.
  const isWhole = Array.isArray(included) ? included.every(isHash) : isHash(included);
  if (rest.length === 0 && isWhole) return { ...target, [key]: included };
  return { ...target, [key]: follow(ctx, key, included, rest, full) };
}

function follow(ctx: Context, key: string, value: unknown, rest: readonly string[], full: string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => follow(ctx, key, item, rest, full));
  const found = typeof value === 'string' ? lookUp(ctx, key, value, full) : value;
  // Nothing there yet, such as the balance transaction of a capture that is still under way.
  if (found === null) return null;
  if (!isHash(found)) throw notExpandable(full);
  if (rest.length > 0) return expandPath(ctx, found, rest, full);
  // A hash such as the metadata is no object of its own.
  if (typeof found.object !== 'string') throw notExpandable(full);
  return found;
}

/** A field that is left out unless it is asked for. */
function include(ctx: Context, target: Hash, key: string, full: string): unknown {
  if (target.object === 'list') {
    throw invalidRequest(
      `This property cannot be expanded (${full}). You may want to try expanding 'data.${full}' instead.`,
    );
  }
  const inclusion = ctx.rules.inclusions.get(`${String(target.object)}.${key}`);
  if (inclusion === undefined || typeof target.id !== 'string') throw notExpandable(full);
  return inclusion(ctx, target as Hash & { id: string });
}

function lookUp(ctx: Context, key: string, id: string, full: string): unknown {
  const table = EXPANDABLE.has(key) ? (TABLE_OF_FIELD[key] ?? TABLE_OF_PREFIX[id.split('_')[0] ?? '']) : undefined;
  if (table === undefined) throw notExpandable(full);
  const found = ctx.tx.get(table, id);
  return found === undefined ? null : present(ctx, table, found);
}

function isHash(value: unknown): value is Hash {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notExpandable(path: string): Error {
  return invalidRequest(`This property cannot be expanded (${path}).`);
}
