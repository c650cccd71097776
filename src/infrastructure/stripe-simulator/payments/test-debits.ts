export type DebitType = 'bacs_debit' | 'sepa_debit';

/** What becomes of a debit once the bank has answered. */
export type DebitOutcome =
  /** `disputed`: the account's owner takes the money back at once. */
  | { kind: 'succeed'; disputed: boolean }
  /** `revokes`: the mandate goes with it, and the account can be debited no more. */
  | { kind: 'fail'; code: string; message: string; revokes: boolean };

export interface TestDebit {
  token: string;
  type: DebitType;
  /** An IBAN, or the number of an account at sort code 108800. */
  account: string;
  /** Stripe's answer soon, or after three minutes; here after one or three times the setting `debitDelayMs`. */
  delayed: boolean;
  outcome: DebitOutcome;
  /** The bank refuses the mandate itself. */
  refusesMandate: boolean;
}

export const TEST_SORT_CODE = '108800';
/** The bank knows no such account, so there is nothing to debit and no token either. */
export const UNKNOWN_BACS_ACCOUNT = '00044444';

type Fate = readonly [delayed: boolean, outcome: DebitOutcome];

const succeed: DebitOutcome = { kind: 'succeed', disputed: false };
const disputed: DebitOutcome = { kind: 'succeed', disputed: true };
const fail = (code: string, message: string, revokes = false): DebitOutcome => ({
  kind: 'fail',
  code,
  message,
  revokes,
});

const notProcessed = fail('generic_could_not_process', "This payment couldn't be processed.");
const insufficientFunds = fail(
  'insufficient_funds',
  "The customer's account has insufficient funds to cover this payment.",
);
const notAuthorized = fail(
  'debit_not_authorized',
  'The customer has notified their bank that this payment was unauthorized or there is no mandate held by the paying bank.',
  true,
);
const weeklyVolume = fail(
  'charge_exceeds_source_limit',
  'The payment would cause the account to exceed its weekly payment volume limit.',
);
const weeklyLimit = fail('charge_exceeds_weekly_limit', "The payment exceeds the account's transaction volume limit.");
const transactionLimit = fail(
  'charge_exceeds_transaction_limit',
  "The payment exceeds the account's transaction volume limit.",
);

const BACS: readonly (readonly [name: string, account: string, fate: Fate])[] = [
  ['success', '00012345', [false, succeed]],
  ['successDelayed', '90012345', [true, succeed]],
  ['debitNotAuthorized', '33333335', [false, notAuthorized]],
  ['debitNotAuthorizedDelayed', '93333335', [true, notAuthorized]],
  ['insufficientFunds', '22222227', [false, insufficientFunds]],
  ['insufficientFundsDelayed', '92222227', [true, insufficientFunds]],
  ['dispute', '55555559', [true, disputed]],
  ['mandateRefused', '00033333', [false, notAuthorized]],
  ['exceedsWeeklyLimit', '34343434', [false, weeklyVolume]],
  ['exceedsTransactionLimit', '12121212', [false, transactionLimit]],
];

/** In the order of the accounts below. */
const SEPA_FATES: readonly (readonly [name: string, fate: Fate])[] = [
  ['success', [false, succeed]],
  ['successDelayed', [true, succeed]],
  ['failed', [false, notProcessed]],
  ['failedDelayed', [true, notProcessed]],
  ['disputed', [false, disputed]],
  ['exceedsWeeklyVolumeLimit', [false, weeklyVolume]],
  ['exceedsWeeklyTransactionLimit', [false, weeklyLimit]],
  ['insufficientFunds', [false, insufficientFunds]],
];

const SEPA: readonly string[] = [
  'AT611904300234573201 AT321904300235473204 AT861904300235473202 AT051904300235473205 ' +
    'AT591904300235473203 AT981904300000343434 AT601904300000121212 AT981904300002222227',
  'BE62510007547061 BE78510007547064 BE68539007547034 BE51510007547065 ' +
    'BE08510007547063 BE90510000343434 BE52510000121212 BE90510002222227',
  'DE89370400440532013000 DE08370400440532013003 DE62370400440532013001 DE78370400440532013004 ' +
    'DE35370400440532013002 DE65370400440000343434 DE27370400440000121212 DE65370400440002222227',
  'EE382200221020145685 EE222200221020145682 EE762200221020145680 EE922200221020145683 ' +
    'EE492200221020145681 EE672200000000343434 EE292200000000121212 EE672200000002222227',
  'FI2112345600000785 FI3712345600000788 FI9112345600000786 FI1012345600000789 ' +
    'FI6412345600000787 FI6712345600343434 FI2912345600121212 FI6712345602222227',
  'FR1420041010050500013M02606 FR3020041010050500013M02609 FR8420041010050500013M02607 FR7920041010050500013M02600 ' +
    'FR5720041010050500013M02608 FR9720041010050000000343434 FR5920041010050000000121212 FR9720041010050000002222227',
  'HR7624020064583467589 HR6323600002337876649 HR2725000096983499248 HR6723600004878117427 ' +
    'HR8724840081455523553 HR7424020060000343434 HR3624020060000121212 HR7424020060002222227',
];

function bacsDebits(): TestDebit[] {
  return BACS.map(([name, account, [delayed, outcome]]) => ({
    token: `pm_bacsDebit_${name}`,
    type: 'bacs_debit',
    account,
    delayed,
    outcome,
    refusesMandate: name === 'mandateRefused',
  }));
}

function sepaDebits(): TestDebit[] {
  return SEPA.flatMap((accounts) =>
    accounts.split(' ').map((account, position): TestDebit => {
      const [name, [delayed, outcome]] = SEPA_FATES[position] ?? ['success', [false, succeed]];
      const country = account.slice(0, 2).toLowerCase();
      return { token: `pm_${name}_${country}`, type: 'sepa_debit', account, delayed, outcome, refusesMandate: false };
    }),
  );
}

const DEBITS = [...bacsDebits(), ...sepaDebits()];
const byToken: ReadonlyMap<string, TestDebit> = new Map(DEBITS.map((debit) => [debit.token, debit]));
const byAccount: ReadonlyMap<string, TestDebit> = new Map(DEBITS.map((debit) => [debit.account, debit]));

export function testDebit(token: string): TestDebit | undefined {
  return byToken.get(token);
}

export function testDebitOfAccount(account: string): TestDebit | undefined {
  return byAccount.get(account);
}
