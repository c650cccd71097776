import type Stripe from 'stripe';
import { invalidRequest, parameterMissing } from '../core/errors';
import { newFingerprint } from '../core/ids';
import type { MethodData } from './payment-method-params';
import { TEST_SORT_CODE, testDebitOfAccount, UNKNOWN_BACS_ACCOUNT, type TestDebit } from './test-debits';

type DebitFields = Pick<Stripe.PaymentMethod, 'bacs_debit' | 'sepa_debit' | 'type'>;

/** Where in an IBAN, after its country and check digits, the bank and the branch stand. */
const SEPA_BANK_CODES: Readonly<Record<string, readonly [bank: number, branch: number]>> = {
  AT: [5, 0],
  BE: [3, 0],
  DE: [8, 0],
  EE: [2, 0],
  FI: [3, 0],
  FR: [5, 5],
  HR: [7, 0],
};

const REQUIRED_DETAILS = {
  sepa_debit: ['name', 'email'],
  bacs_debit: ['name', 'email', 'address[line1]', 'address[city]', 'address[postal_code]', 'address[country]'],
} as const;

/** The account that is to be debited; the scheme wants to know whose it is. */
export function readDebit(data: MethodData): TestDebit {
  const debit = data.type === 'sepa_debit' ? sepaDebit(data) : bacsDebit(data);
  const { billing_details: details = {} } = data;
  const given: Readonly<Record<string, string | null | undefined>> = {
    name: details.name,
    email: details.email,
    ...Object.fromEntries(Object.entries(details.address ?? {}).map(([line, value]) => [`address[${line}]`, value])),
  };
  for (const field of REQUIRED_DETAILS[debit.type]) {
    const bracketed = field.includes('[') ? `[address]${field.slice('address'.length)}` : `[${field}]`;
    if ((given[field] ?? null) === null) throw parameterMissing(`billing_details${bracketed}`);
  }
  return debit;
}

function sepaDebit(data: MethodData): TestDebit {
  const { sepa_debit: given } = data;
  if (given === undefined) throw parameterMissing('sepa_debit');
  const iban = given.iban.replaceAll(' ', '').toUpperCase();
  if (!isIban(iban)) {
    throw invalidRequest('The IBAN you provided is invalid.', {
      code: 'invalid_bank_account_iban',
      param: 'sepa_debit[iban]',
    });
  }
  return testDebitOfAccount(iban) ?? notATestAccount('sepa_debit[iban]');
}

function bacsDebit(data: MethodData): TestDebit {
  const { bacs_debit: given } = data;
  if (given === undefined) throw parameterMissing('bacs_debit');
  if (given.account_number === undefined) throw parameterMissing('bacs_debit[account_number]');
  if (given.sort_code === undefined) throw parameterMissing('bacs_debit[sort_code]');
  if (!/^\d{8}$/.test(given.account_number) || given.account_number === UNKNOWN_BACS_ACCOUNT) {
    throw invalidRequest('The account number provided is invalid.', {
      code: 'account_number_invalid',
      param: 'bacs_debit[account_number]',
    });
  }
  if (given.sort_code.replaceAll('-', '') !== TEST_SORT_CODE) return notATestAccount('bacs_debit[sort_code]');
  return testDebitOfAccount(given.account_number) ?? notATestAccount('bacs_debit[account_number]');
}

function notATestAccount(param: string): never {
  throw invalidRequest('You must use one of the test bank accounts of Stripe in test mode.', {
    code: 'payment_method_invalid_parameter_testmode',
    param,
  });
}

/** The letters count as 10 to 35, the first four characters stand last, and the whole leaves 1 over 97. */
function isIban(iban: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z\d]{11,30}$/.test(iban)) return false;
  const moved = `${iban.slice(4)}${iban.slice(0, 4)}`;
  const digits = moved.replaceAll(/[A-Z]/g, (letter) => String(Number.parseInt(letter, 36)));
  return BigInt(digits) % 97n === 1n;
}

export function debitFields(debit: TestDebit): DebitFields {
  const common = { fingerprint: newFingerprint(), last4: debit.account.slice(-4) };
  if (debit.type === 'bacs_debit') return { type: 'bacs_debit', bacs_debit: { ...common, sort_code: TEST_SORT_CODE } };
  const country = debit.account.slice(0, 2);
  const [bank, branch] = SEPA_BANK_CODES[country] ?? [0, 0];
  return {
    type: 'sepa_debit',
    sepa_debit: {
      ...common,
      bank_code: debit.account.slice(4, 4 + bank) || null,
      branch_code: branch === 0 ? null : debit.account.slice(4 + bank, 4 + bank + branch),
      country,
      generated_from: { charge: null, setup_attempt: null },
    },
  };
}
