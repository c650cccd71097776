import { invalidRequest } from '../core/errors';

/** What this account's dashboard has enabled, beside cards; a debit works in its own currency only. */
const DEBIT_OF_CURRENCY: Readonly<Record<string, string>> = { eur: 'sepa_debit', gbp: 'bacs_debit' };
const CURRENCY_OF_DEBIT: Readonly<Record<string, string>> = { sepa_debit: 'eur', bacs_debit: 'gbp' };
/** Shared by the rows, which are never altered. */
const ENABLED: Readonly<Record<string, string[]>> = {
  eur: ['card', 'sepa_debit'],
  gbp: ['card', 'bacs_debit'],
};
const CARD_ONLY = ['card'];

/** What an intent can be paid by: what it allows, or what is enabled less what it excludes. */
export function methodTypes(currency: string, allowed: string[] | null, excluded: readonly string[] | null): string[] {
  if (allowed !== null) return allowed;
  const enabled = ENABLED[currency] ?? CARD_ONLY;
  return excluded === null ? enabled : enabled.filter((type) => !excluded.includes(type));
}

/** A setup has no currency, so it takes all that could be charged later. */
export function setupMethodTypes(allowed: string[] | null, excluded: readonly string[] | null): string[] {
  if (allowed !== null) return allowed;
  const enabled = [...CARD_ONLY, ...Object.values(DEBIT_OF_CURRENCY)];
  return excluded === null ? enabled : enabled.filter((type) => !excluded.includes(type));
}

export function checkMethodCurrencies(currency: string, allowed: readonly string[]): void {
  for (const type of allowed) {
    const only = CURRENCY_OF_DEBIT[type];
    if (only === undefined || only === currency) continue;
    throw invalidRequest(
      `The currency provided (${currency}) is invalid. Payments with ${type} support the following currencies: ${only}.`,
      { param: 'currency' },
    );
  }
}
