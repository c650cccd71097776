/**
 * The currencies of ISO 4217 by their number of decimals. Funds, metals and test codes are no tender and are absent;
 * bgn and ang, withdrawn lately, stay for payments that were made in them.
 */
const ZERO_DECIMALS = 'bif clp djf gnf isk jpy kmf krw pyg rwf ugx vnd vuv xaf xof xpf';
const TWO_DECIMALS =
  'aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd btn bwp byn bzd cad ' +
  'cdf chf cny cop crc cup cve czk dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd gtq gyd ' +
  'hkd hnl htg huf idr ils inr irr jmd kes kgs khr kpw kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd ' +
  'mmk mnt mop mru mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron ' +
  'rsd rub sar sbd scr sdg sek sgd shp sle sos srd ssp stn svc syp szl thb tjs tmt top try ttd twd ' +
  'tzs uah usd uyu uzs ved ves wst xcd xcg yer zar zmw zwg';
const THREE_DECIMALS = 'bhd iqd jod kwd lyd omr tnd';

const DECIMALS: ReadonlyMap<string, number> = new Map([
  ...ZERO_DECIMALS.split(' ').map((code) => [code, 0] as const),
  ...TWO_DECIMALS.split(' ').map((code) => [code, 2] as const),
  ...THREE_DECIMALS.split(' ').map((code) => [code, 3] as const),
]);

declare const currency: unique symbol;

/** An ISO 4217 code in lower case. */
export type Currency = string & { readonly [currency]: true };

export function isCurrency(code: string): code is Currency {
  return DECIMALS.has(code);
}

/** How many decimals the minor unit stands for: 2 for gbp, 0 for jpy, 3 for kwd. */
export function decimalsOf(code: Currency): number {
  const decimals = DECIMALS.get(code);
  if (decimals === undefined) throw new RangeError(`unknown currency ${code}`);
  return decimals;
}

export function currencies(): Currency[] {
  return [...DECIMALS.keys()].filter(isCurrency);
}
