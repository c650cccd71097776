import { invalidRequest } from '../core/errors';

const TWO_DECIMALS =
  'aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc ' +
  'cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes kgs khr ' +
  'kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk ' +
  'php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah ugx usd ' +
  'uyu uzs wst xcd xcg yer zar zmw';
const ZERO_DECIMALS = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf';
const THREE_DECIMALS = 'bhd jod kwd omr tnd';

const supported = new Set(`${TWO_DECIMALS} ${ZERO_DECIMALS} ${THREE_DECIMALS}`.split(' '));
const zeroDecimals = new Set(ZERO_DECIMALS.split(' '));
const threeDecimals = new Set(THREE_DECIMALS.split(' '));
/** Once had hundredths and is still sent with two of them, which must be zero. */
const wholeOnly = new Set(['isk', 'ugx']);

/** In the currency's own minor units; a currency that is not here has no minimum of its own. */
const MINIMUM: Readonly<Record<string, number>> = {
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
  usd: 50,
};
const MAXIMUM = 99_999_999;

export function decimals(currency: string): number {
  if (zeroDecimals.has(currency)) return 0;
  return threeDecimals.has(currency) ? 3 : 2;
}

/** As messages show an amount: `£1.00`. */
export function displayAmount(amount: number, currency: string): string {
  const places = decimals(currency);
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  }).format(amount / 10 ** places);
}

/** Stripe takes upper case too and always answers in lower case. */
export function checkCurrency(given: string): string {
  const currency = given.toLowerCase();
  if (!supported.has(currency)) {
    throw invalidRequest(
      `Invalid currency: ${currency}. Stripe currently supports these currencies: ${[...supported].sort().join(', ')}`,
      { code: 'invalid_currency', param: 'currency' },
    );
  }
  return currency;
}

/** The smallest amount that can be charged. */
export function minimumCharge(currency: string): number {
  return MINIMUM[currency] ?? 1;
}

export function checkAmount(amount: number, currency: string): void {
  const minimum = minimumCharge(currency);
  if (amount < minimum) {
    throw invalidRequest(`Amount must be at least ${displayAmount(minimum, currency)} ${currency}`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  }
  if (amount > MAXIMUM) {
    throw invalidRequest(`Amount must be no more than ${displayAmount(MAXIMUM, currency)} ${currency}`, {
      code: 'amount_too_large',
      param: 'amount',
    });
  }
  checkPrecision(amount, currency);
}

/** Of what may be said in a currency, card networks take only a part; refunds and parts of captures are held to it too. */
export function checkPrecision(amount: number, currency: string, param = 'amount'): void {
  if (threeDecimals.has(currency) && amount % 10 !== 0) {
    throw invalidRequest(`Invalid amount: the last digit of an amount in ${currency} must be 0`, {
      code: 'parameter_invalid_integer',
      param,
    });
  }
  if (wholeOnly.has(currency) && amount % 100 !== 0) {
    throw invalidRequest(
      `Invalid amount. Currency ${currency.toUpperCase()} has become effectively zero-decimal and charged amounts must be evenly divisible by 100. See https://stripe.com/docs/currencies#special-cases for more information.`,
      { code: 'invalid_charge_amount_no_decimal_compatible', param },
    );
  }
}
