import type { Dice } from '../dice';
import type { Dashboard } from './dashboard';
import type { Promises } from './promises';
import type { Shop, Told } from './shop';

/** Those who act in a story, and what it was given to be about. */
export interface Cast {
  readonly shop: Shop;
  readonly dashboard: Dashboard;
  readonly promises: Promises;
  readonly dice: Dice;
  /** Of its own: begins every reference and key in it. */
  readonly name: string;
}

/** What came of it, in a word or two for the table; undefined when the shop closed before it knew. */
export type Story = (cast: Cast) => Promise<string | undefined>;

export const PAYMENTS = '/api/v1/payments';
export const CARDS = ['pm_card_visa', 'pm_card_mastercard', 'pm_card_bypassPending', 'pm_card_amex'];
export const CURRENCIES = ['gbp', 'eur', 'usd', 'jpy'];

export interface Paid {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
}

/** How a shop asks: now and then it hangs up early, and each instance is asked first as often as the other. */
export function manner(dice: Dice): { first: number; hangsUp?: number } {
  const first = dice.between(0, 1);
  return dice.isLucky(0.1) ? { first, hangsUp: dice.between(5, 60) } : { first };
}

export function order({ dice, name }: Cast): { amount: number; currency: string; reference: string } {
  return { amount: dice.between(500, 50_000), currency: dice.of(CURRENCIES), reference: name };
}

/** A word for an answer that ends the story; one that must never be given is a broken promise. */
export function ended(told: Told | null, { promises, name }: Cast, ...allowed: string[]): string | undefined {
  if (told === null) return undefined;
  const word = typeof told.body.code === 'string' ? told.body.code : String(told.body.status);
  if (!allowed.includes(word))
    promises.broken(`${name} was answered ${String(told.status)} ${JSON.stringify(told.body)}`);
  return word;
}

/** An order whose card is taken. @returns it, or how else it ended. */
export async function payByCard(cast: Cast, more: object = {}): Promise<Paid | string | undefined> {
  const { shop, promises, dice, name } = cast;
  const asked = order(cast);
  const body = { ...asked, paymentMethod: dice.of(CARDS), confirm: true, ...more };
  const told = await shop.ask({ key: name, path: PAYMENTS, body }, manner(dice));
  if (told?.body.status !== 'succeeded') return ended(told, cast, 'no_effect');
  const id = String(told.body.id);
  promises.paid(id, asked.amount);
  return { id, ...asked };
}

/** Stories by name, and how often each is told compared with the others. */
export type Stories = Readonly<Record<string, { readonly weight: number; readonly tell: Story }>>;
