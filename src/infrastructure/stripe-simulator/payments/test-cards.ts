export interface Decline {
  code: string;
  declineCode?: string;
  message: string;
  param?: string;
  advice: string;
  blocked?: true;
}

/** When a challenge stands in the way of the payment, and what the bank says after it. */
export type Behaviour =
  | { kind: 'approve'; available?: 'immediately' }
  /** `attaches`: the bank has nothing against keeping it, and declines only the payment. */
  | { kind: 'decline'; decline: Decline; attaches: boolean }
  | { kind: 'challenge'; exempt: 'never' | 'once_set_up' | 'off_session'; then: Decline | null }
  /** The bank asks only when the merchant wants it to. */
  | { kind: 'challenge_on_demand' };

export interface TestCard {
  token: string;
  number: string;
  brand: 'amex' | 'diners' | 'discover' | 'jcb' | 'mastercard' | 'unionpay' | 'visa';
  funding: 'credit' | 'debit' | 'prepaid';
  threeDSecure: boolean;
  behaviour: Behaviour;
  /** What the cardholder does after the charge. */
  dispute?: 'fraudulent' | 'inquiry' | 'product_not_received';
  /** What becomes of a refund that Stripe takes first. */
  refund?: 'fails_later' | 'pending';
}

const DECLINED = 'Your card was declined.';

function declined(declineCode: string, message = DECLINED, advice = 'try_again_later'): Decline {
  return { code: 'card_declined', declineCode, message, advice };
}

const generic = declined('generic_decline');
const insufficientFunds = declined('insufficient_funds', 'Your card has insufficient funds.');
const lostCard = declined('lost_card', DECLINED, 'do_not_try_again');
const stolenCard = declined('stolen_card', DECLINED, 'do_not_try_again');
const velocity = declined(
  'card_velocity_exceeded',
  'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
);
const expiredCard: Decline = {
  code: 'expired_card',
  message: 'Your card has expired.',
  param: 'exp_month',
  advice: 'confirm_card_data',
};
const incorrectCvc: Decline = {
  code: 'incorrect_cvc',
  message: "Your card's security code is incorrect.",
  param: 'cvc',
  advice: 'confirm_card_data',
};
const processingError: Decline = {
  code: 'processing_error',
  message: 'An error occurred while processing your card. Try again in a little bit.',
  advice: 'try_again_later',
};
const blocked: Decline = { ...declined('fraudulent', DECLINED, 'do_not_try_again'), blocked: true };

/** A payment without its customer, or with a card whose bank insists: Stripe calls it a decline of its own. */
export const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
  advice: 'try_again_later',
};

const approve: Behaviour = { kind: 'approve' };
const decline = (reason: Decline, attaches = false): Behaviour => ({ kind: 'decline', decline: reason, attaches });
const challenge = (
  exempt: 'never' | 'once_set_up' | 'off_session' = 'never',
  then: Decline | null = null,
): Behaviour => ({ kind: 'challenge', exempt, then });

const TABLE: readonly (readonly [token: string, number: string, behaviour: Behaviour])[] = [
  ['pm_card_visa', '4242424242424242', approve],
  ['pm_card_visa_debit', '4000056655665556', approve],
  ['pm_card_mastercard', '5555555555554444', approve],
  ['pm_card_mastercard_debit', '5200828282828210', approve],
  ['pm_card_mastercard_prepaid', '5105105105105100', approve],
  ['pm_card_amex', '378282246310005', approve],
  ['pm_card_discover', '6011111111111117', approve],
  ['pm_card_diners', '3056930009020004', approve],
  ['pm_card_jcb', '3566002020360505', approve],
  ['pm_card_unionpay', '6200000000000005', approve],
  ['pm_card_visa_chargeDeclined', '4000000000000002', decline(generic)],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', '4000000000009995', decline(insufficientFunds)],
  ['pm_card_visa_chargeDeclinedLostCard', '4000000000009987', decline(lostCard)],
  ['pm_card_visa_chargeDeclinedStolenCard', '4000000000009979', decline(stolenCard)],
  ['pm_card_chargeDeclinedExpiredCard', '4000000000000069', decline(expiredCard)],
  ['pm_card_chargeDeclinedIncorrectCvc', '4000000000000127', decline(incorrectCvc)],
  ['pm_card_chargeDeclinedProcessingError', '4000000000000119', decline(processingError)],
  ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', '4000000000006975', decline(velocity)],
  ['pm_card_chargeCustomerFail', '4000000000000341', decline(generic, true)],
  ['pm_card_radarBlock', '4100000000000019', decline(blocked, true)],
  ['pm_card_authenticationRequiredOnSetup', '4000002500003155', challenge('once_set_up')],
  ['pm_card_authenticationRequired', '4000002760003184', challenge()],
  ['pm_card_authenticationRequiredSetupForOffSession', '4000003800000446', challenge('off_session')],
  [
    'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
    '4000008260003178',
    challenge('never', insufficientFunds),
  ],
  ['pm_card_threeDSecure2Required', '4000000000003220', challenge()],
  ['pm_card_threeDSecureRequiredChargeDeclined', '4000008400001629', challenge('never', generic)],
  ['pm_card_threeDSecureRequiredProcessingError', '4000008400001280', decline(generic, true)],
  ['pm_card_threeDSecureOptional', '4000000000003055', { kind: 'challenge_on_demand' }],
  ['pm_card_createDispute', '4000000000000259', approve],
  ['pm_card_createDisputeProductNotReceived', '4000000000002685', approve],
  ['pm_card_createDisputeInquiry', '4000000000001976', approve],
  ['pm_card_pendingRefund', '4000000000007726', approve],
  ['pm_card_refundFail', '4000000000005126', approve],
  ['pm_card_bypassPending', '4000000000000077', { kind: 'approve', available: 'immediately' }],
];

const AFTERWARDS: Readonly<Record<string, Pick<TestCard, 'dispute' | 'refund'>>> = {
  pm_card_createDispute: { dispute: 'fraudulent' },
  pm_card_createDisputeProductNotReceived: { dispute: 'product_not_received' },
  pm_card_createDisputeInquiry: { dispute: 'inquiry' },
  pm_card_pendingRefund: { refund: 'pending' },
  pm_card_refundFail: { refund: 'fails_later' },
};

/** Older names that public code still sends. */
const ALIASES: Readonly<Record<string, string>> = {
  pm_card_chargeDeclined: 'pm_card_visa_chargeDeclined',
  pm_card_chargeDeclinedInsufficientFunds: 'pm_card_visa_chargeDeclinedInsufficientFunds',
  pm_card_chargeDeclinedLostCard: 'pm_card_visa_chargeDeclinedLostCard',
  pm_card_chargeDeclinedStolenCard: 'pm_card_visa_chargeDeclinedStolenCard',
};

const BRAND_OF_PREFIX: Readonly<Record<string, TestCard['brand']>> = {
  '30': 'diners',
  '34': 'amex',
  '35': 'jcb',
  '37': 'amex',
  '60': 'discover',
  '62': 'unionpay',
};

function brand(number: string): TestCard['brand'] {
  if (number.startsWith('5')) return 'mastercard';
  return BRAND_OF_PREFIX[number.slice(0, 2)] ?? 'visa';
}

function funding(token: string): TestCard['funding'] {
  if (token.endsWith('_debit')) return 'debit';
  return token.endsWith('_prepaid') ? 'prepaid' : 'credit';
}

const CARDS: readonly TestCard[] = TABLE.map(([token, number, behaviour]) => ({
  token,
  number,
  brand: brand(number),
  funding: funding(token),
  threeDSecure: brand(number) !== 'amex',
  behaviour,
  ...AFTERWARDS[token],
}));
const byToken: ReadonlyMap<string, TestCard> = new Map(CARDS.map((card) => [card.token, card]));
const byNumber: ReadonlyMap<string, TestCard> = new Map(CARDS.map((card) => [card.number, card]));

export function testCard(token: string): TestCard | undefined {
  return byToken.get(ALIASES[token] ?? token);
}

export function testCardOfNumber(number: string): TestCard | undefined {
  return byNumber.get(number);
}

/** Each `pm_card_…` has an older name that makes the same card: `tok_visa` is `pm_card_visa`. */
export function testCardOfLegacyToken(token: string): TestCard | undefined {
  return token.startsWith('tok_') ? testCard(`pm_card_${token.slice('tok_'.length)}`) : undefined;
}
