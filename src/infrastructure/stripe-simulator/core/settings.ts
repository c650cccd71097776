interface Setting<T> {
  readonly initial: T;
  accepts(value: unknown): value is T;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

const count = (initial: number): Setting<number> => ({ initial, accepts: isCount });
const counts = (initial: readonly number[]): Setting<readonly number[]> => ({
  initial,
  accepts: (value): value is readonly number[] => Array.isArray(value) && value.length > 0 && value.every(isCount),
});

const anyOf = <const T>(initial: T, ...others: readonly T[]): Setting<T> => ({
  initial,
  accepts: (value): value is T => value === initial || others.some((other) => other === value),
});
const currencies = (initial: readonly string[]): Setting<readonly string[]> => ({
  initial,
  accepts: (value): value is readonly string[] =>
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string' && CURRENCY.test(item)),
});
const rates = (initial: Readonly<Record<string, number>>): Setting<Readonly<Record<string, number>>> => ({
  initial,
  accepts: (value): value is Readonly<Record<string, number>> =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(
      ([name, rate]) => CURRENCY.test(name) && typeof rate === 'number' && Number.isFinite(rate) && rate > 0,
    ),
});

/** Three lower-case letters; `*` stands for every currency. */
const CURRENCY = /^([a-z]{3}|\*)$/;

const SETTINGS = {
  /** How long after an automatic capture its balance transaction appears; Stripe says up to an hour. */
  settlementDelayMs: count(200),
  /** What Stripe keeps of a charge, in the settlement currency: hundredths of a percent, and minor units. */
  feeBasisPoints: count(150),
  feeFixed: count(20),
  /** The currencies with a balance of their own; others are converted to the first. `*`: none is ever converted. */
  settlementCurrencies: currencies(['*']),
  /** What one whole unit is worth in pounds; a currency that is missing here settles in itself. */
  exchangeRates: rates({
    gbp: 1,
    aud: 0.49,
    cad: 0.53,
    chf: 0.93,
    czk: 0.035,
    dkk: 0.116,
    eur: 0.86,
    hkd: 0.096,
    huf: 0.0022,
    jpy: 0.005,
    kwd: 2.45,
    nok: 0.074,
    nzd: 0.44,
    pln: 0.202,
    ron: 0.17,
    sek: 0.078,
    sgd: 0.58,
    usd: 0.75,
  }),
  /** How long a pending refund takes, and how long after its success a refund fails that is to fail. */
  refundDelayMs: count(300),
  refundFailureDelayMs: count(300),
  /** Refunds wait for their customer, as those of methods do that cannot be given back to. */
  refundsAskCustomer: anyOf(false, true),
  /** How long after a card refund's success the bank's reference number is known; 0: never. */
  refundReferenceDelayMs: count(0),
  /** From a charge to its dispute, and from evidence that decides to the decision. */
  disputeDelayMs: count(200),
  disputeReviewMs: count(200),
  /** In the settlement currency's minor units. Stripe keeps it even when the dispute is won, outside Mexico. */
  disputeFee: count(2_000),
  disputeFeeReturned: anyOf(false, true),
  /** Charged on top when evidence is submitted, and returned when the dispute is won; test mode charges none. */
  disputeCounterFee: count(0),
  /** Days until evidence is due, at the end of that day. */
  disputeDueDays: count(8),
  /** `manual` by default: who advances the clock by a year does not expect a payout for each day of it. */
  payoutSchedule: anyOf('manual', 'daily'),
  /** From the making of a payout to the bank, and to its arrival there. */
  payoutSubmitMs: count(3_600_000),
  payoutArrivalMs: count(86_400_000),
  /** How long after its arrival a payout fails that is to fail; 0: it does not arrive at all. */
  payoutReturnMs: count(0),
  /** While it is set, every payout that would arrive fails with it. */
  payoutFailure: anyOf(
    null,
    'account_closed',
    'account_frozen',
    'bank_account_restricted',
    'could_not_process',
    'debit_not_authorized',
    'declined',
    'incorrect_account_holder_name',
    'insufficient_funds',
    'invalid_account_number',
    'invalid_currency',
    'no_account',
  ),
  /** How long before a renewal it is told of; Stripe's account setting. */
  upcomingInvoiceDays: count(7),
  /** How long before its due date a sent invoice is told of; 0 for never, as without automations at Stripe. */
  invoiceReminderDays: count(0),
  /** The waits between tries to collect an invoice of a subscription, as in Stripe's schedule of fixed days. */
  retryAfterDays: counts([3, 5, 7]),
  /** What becomes of a subscription when the last try has failed; Stripe's account setting. */
  afterLastRetry: anyOf<'cancel' | 'past_due' | 'unpaid'>('cancel', 'past_due', 'unpaid'),
  /** How long a bank takes to answer a debit; Stripe's take days. Test accounts said to be slow take three times as long. */
  debitDelayMs: count(3_000),
  /** How long search does not know of a change; Stripe says under a minute. */
  searchLagMs: count(1_000),
  /** The waits between tries of a webhook; the last one repeats. Stripe's take three days. */
  webhookBackoffMs: counts([200, 500, 1_000, 2_000, 5_000]),
  webhookMaxTries: count(60),
  webhookTimeoutMs: count(10_000),
  /** How many deliveries an endpoint gets at the same time. */
  webhookParallel: count(16),
} as const;

type Values<S> = { -readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** What a test may set at run time; none of it outlives the process. */
export type Settings = Values<typeof SETTINGS>;

export function defaultSettings(): Settings {
  return Object.fromEntries(Object.entries(SETTINGS).map(([name, { initial }]) => [name, initial])) as Settings;
}

/** All of the change or none of it; answers the name of what is no setting, or has a value that is not one. */
export function changeSettings(settings: Settings, change: object): string | null {
  const known: Readonly<Record<string, Setting<unknown>>> = SETTINGS;
  for (const [name, value] of Object.entries(change)) {
    if (!Object.hasOwn(known, name) || known[name]?.accepts(value) !== true) return name;
  }
  Object.assign(settings, change);
  return null;
}
