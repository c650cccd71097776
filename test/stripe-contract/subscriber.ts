import type Stripe from 'stripe';
import { eventually, type Target } from '../support/stripe-contract';

/** Midnight of January 31, 2027, from which months are awkward to count. */
export const JANUARY_31 = Date.UTC(2027, 0, 31) / 1000;
export const HOUR = 3_600;
export const DAY = 86_400;

/** Seconds of a day written as `2027-02-28` or with a time. */
export function at(day: string): number {
  return Date.parse(day.includes('T') ? day : `${day}T00:00:00Z`) / 1000;
}

export interface Subscriber {
  clock: string;
  customer: string;
  paymentMethod: string | null;
}

/** A customer on a test clock of its own, who pays by that card, or by none. */
export async function subscriber(
  { stripe }: Target,
  { card = 'pm_card_visa', from = JANUARY_31 }: { card?: string | null; from?: number } = {},
): Promise<Subscriber> {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: from });
  const customer = await stripe.customers.create({ test_clock: clock.id });
  if (card === null) return { clock: clock.id, customer: customer.id, paymentMethod: null };
  const paymentMethod = await usesCard({ stripe }, customer.id, card);
  return { clock: clock.id, customer: customer.id, paymentMethod };
}

/** From now on the customer pays by that card. */
export async function usesCard({ stripe }: Pick<Target, 'stripe'>, customer: string, card: string): Promise<string> {
  const method = await stripe.paymentMethods.attach(card, { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
  return method.id;
}

export async function price(
  { stripe }: Target,
  amount: number,
  recurring: Stripe.PriceCreateParams.Recurring = { interval: 'month' },
  name = 'Gold',
): Promise<string> {
  const made = await stripe.prices.create({
    currency: 'gbp',
    unit_amount: amount,
    recurring,
    product_data: { name },
  });
  return made.id;
}

/** Moves the clock, and waits until all that falls in between has been done. */
export async function advance(target: Target, clock: string, to: number): Promise<void> {
  await target.stripe.testHelpers.testClocks.advance(clock, { frozen_time: to });
  await eventually(
    target,
    () => target.stripe.testHelpers.testClocks.retrieve(clock),
    ({ status }) => status !== 'advancing',
  );
}

export function periodOf({ items }: Stripe.Subscription): { start: number; end: number } {
  const [item] = items.data;
  if (item === undefined) throw new Error('no items');
  return { start: item.current_period_start, end: item.current_period_end };
}

/** The invoices of a subscription, the oldest first. */
export async function invoicesOf({ stripe }: Target, subscription: string): Promise<Stripe.Invoice[]> {
  const { data } = await stripe.invoices.list({ subscription, limit: 100 });
  return data.reverse();
}

/** The types of the events about that object, the oldest first. */
export async function eventsAbout({ stripe }: Target, object: string): Promise<Stripe.Event[]> {
  const { data } = await stripe.events.list({ limit: 100 });
  return data.filter((event) => (event.data.object as { id?: string }).id === object).reverse();
}
