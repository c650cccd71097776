import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { makeOneOfEachKind } from './one-of-each-kind';
import { simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

/** Names of fields by kind of object, as Stripe's own samples have them: `a`, `a.b` within a hash, `a[].b` in a list. */
const FIELDS = JSON.parse(
  readFileSync(join(__dirname, '../fixtures/stripe-fields.2026-07-29.json'), 'utf8'),
) as Readonly<Record<string, readonly string[]>>;

/** What the samples have and some objects of the pinned version do not, with the reason. */
const GONE: Readonly<Record<string, string>> = {
  'charge.refunds': 'left out unless it is expanded, since 2022-11-15',
  'invoice.subscription': 'in parent.subscription_details since 2025-03-31',
  'invoiceitem.net_amount': 'said only of items that take no discount, such as prorations',
  'payment_method.card': 'only cards have it; a bank account has sepa_debit or bacs_debit instead',
};

type Hash = Readonly<Record<string, unknown>>;

const isHash = (value: unknown): value is Hash => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every object of Stripe's within, by its kind. */
function collect(value: unknown, found: Map<string, Hash[]>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
    return;
  }
  if (!isHash(value)) return;
  const { object, deleted } = value;
  if (typeof object === 'string') {
    const kind = deleted === true ? `deleted_${object}` : object;
    found.set(kind, [...(found.get(kind) ?? []), value]);
  }
  for (const [key, inner] of Object.entries(value)) if (key !== 'previous_attributes') collect(inner, found);
}

/** Null where nothing stands that could hold the field. */
function carries(object: Hash, field: string): boolean | null {
  const [parent = '', child] = field.split(/\[?\]?\./);
  if (child === undefined) return parent in object;
  const value = object[parent];
  const holders = (Array.isArray(value) ? value : [value]).filter(isHash);
  return holders.length === 0 ? null : holders.every((holder) => child in holder);
}

describe('Objects carry the fields that Stripe’s do', () => {
  let simulator: SimulatorUnderTest;
  const found = new Map<string, Hash[]>();

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    const { stripe } = simulator;
    collect(await makeOneOfEachKind(stripe, simulator.control), found);
    const events: Stripe.Event[] = [];
    for await (const event of stripe.events.list({ limit: 100 })) events.push(event);
    collect(events, found);
  });
  afterAll(() => simulator.close());

  it.each(Object.keys(FIELDS))('%s', (kind) => {
    const objects = found.get(kind) ?? [];
    expect(objects.length).toBeGreaterThan(0);
    const missing = FIELDS[kind]!.filter(
      (field) => !(`${kind}.${field}` in GONE) && objects.some((object) => carries(object, field) === false),
    );
    expect(missing).toEqual([]);
  });

  it.each(Object.entries(GONE))('but %s: %s', (name) => {
    const kind = Object.keys(FIELDS).find((candidate) => name.startsWith(`${candidate}.`)) ?? '';
    const field = name.slice(kind.length + 1);
    expect(FIELDS[kind]).toContain(field);
    expect((found.get(kind) ?? []).some((object) => carries(object, field) === false)).toBe(true);
  });
});
