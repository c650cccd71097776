import type Stripe from 'stripe';
import { isBefore } from './api-versions';
import { beforeBasil } from './before-basil';
import type { Hash, Renderers, Rows } from './renderers';

interface VersionChange {
  since: Stripe.WebhookEndpointCreateParams.ApiVersion;
  /** How an object looked before, by its `object`. */
  before: Renderers;
}

/** The renamed and removed fields of the objects shown here, the newest change first. */
const CHANGES: readonly VersionChange[] = [
  { since: '2025-09-30.clover', before: { discount: discountWithCoupon } },
  { since: '2025-03-31.basil', before: beforeBasil },
  { since: '2022-11-15', before: { payment_intent: intentWithCharges, charge: chargeWithRefunds } },
];

/** The same object as an older version shows it; fields that were only added since then stay, as they do at Stripe. */
export function inVersion(version: string, body: object, rows: Rows): object {
  const changes = CHANGES.filter(({ since }) => isBefore(version, since));
  return changes.length === 0 ? body : (render(body, changes, rows) as object);
}

function render(value: unknown, changes: readonly VersionChange[], rows: Rows): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => render(item, changes, rows));
  if (typeof value !== 'object' || value === null) return value;
  let shown: Hash = { ...value };
  const kind = shown.object;
  if (typeof kind === 'string') {
    for (const { before } of changes) shown = before[kind]?.(shown, rows) ?? shown;
  }
  return Object.fromEntries(Object.entries(shown).map(([key, child]) => [key, render(child, changes, rows)]));
}

function discountWithCoupon({ source, ...discount }: Hash, rows: Rows): Hash {
  const { coupon } = (source ?? {}) as { coupon?: unknown };
  return {
    ...discount,
    coupon: typeof coupon === 'string' ? (rows.get('coupons', coupon) ?? coupon) : (coupon ?? null),
  };
}

function intentWithCharges(intent: Hash, rows: Rows): Hash {
  const charges = rows.table('charges').where('payment_intent', String(intent.id));
  return { ...intent, charges: listed(charges.reverse(), `/v1/charges?payment_intent=${String(intent.id)}`) };
}

function chargeWithRefunds(charge: Hash, rows: Rows): Hash {
  const refunds = rows.table('refunds').where('charge', String(charge.id));
  return { ...charge, refunds: listed(refunds.reverse(), `/v1/charges/${String(charge.id)}/refunds`) };
}

function listed(rows: readonly object[], url: string): Hash {
  return { object: 'list', data: rows.slice(0, 10), has_more: rows.length > 10, total_count: rows.length, url };
}
