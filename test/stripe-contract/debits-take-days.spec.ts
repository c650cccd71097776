import type Stripe from 'stripe';
import { contract, eventually, refusal, type Target } from '../support/stripe-contract';

const accepted = {
  customer_acceptance: { type: 'online', online: { ip_address: '93.184.216.34', user_agent: 'contract' } },
} as const satisfies Stripe.PaymentIntentCreateParams.MandateData;

const owner = { name: 'Jenny Rosen', email: 'jenny@example.com' };

function debit(
  { stripe }: Target,
  iban: string,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.PaymentIntent> {
  return stripe.paymentIntents.create({
    amount: 3_000,
    currency: 'eur',
    allowed_payment_method_types: ['sepa_debit'],
    payment_method_data: { type: 'sepa_debit', sepa_debit: { iban }, billing_details: owner },
    mandate_data: accepted,
    confirm: true,
    ...more,
  });
}

function outcome(target: Target, id: string): Promise<Stripe.PaymentIntent> {
  return eventually(
    target,
    () => target.stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] }),
    ({ status }) => status !== 'processing',
  );
}

/** Begun together, because each takes its time. */
const ACCOUNTS = [
  'AT611904300234573201',
  'AT861904300235473202',
  'AT981904300002222227',
  'DE62370400440532013001',
  'AT981904300000343434',
  'AT601904300000121212',
] as const;
type Account = (typeof ACCOUNTS)[number];

contract('debits of bank accounts', (target) => {
  let begun: Record<Account, Stripe.PaymentIntent>;
  let retried: { intent: string; method: string };
  let unauthorized: Stripe.PaymentIntent;

  beforeAll(async () => {
    const debits = ACCOUNTS.map(async (account) => [account, await debit(target(), account)] as const);
    [retried, unauthorized] = await Promise.all([debitOfEmptyAccount(target()), debitWithoutMandate(target())]);
    // One entry for each account, as the type says.
    begun = Object.fromEntries(await Promise.all(debits)) as Record<Account, Stripe.PaymentIntent>;
  }, 60_000);

  it('are under way until the bank has answered, and then paid', async () => {
    const intent = begun.AT611904300234573201;
    expect(intent).toMatchObject({ status: 'processing', amount_received: 0, next_action: null });
    expect(intent.latest_charge).toMatch(/^py_/);
    const paid = await outcome(target(), intent.id);
    expect(paid).toMatchObject({
      status: 'succeeded',
      amount_received: 3_000,
      latest_charge: {
        id: intent.latest_charge,
        paid: true,
        status: 'succeeded',
        payment_method_details: {
          type: 'sepa_debit',
          sepa_debit: { country: 'AT', last4: '3201', bank_code: '19043' },
        },
      },
    });
    const { data } = await target().stripe.events.list({ types: LIFE, limit: 100 });
    const told = data.filter(({ data: { object } }) => ids(paid).includes('id' in object ? object.id : ''));
    expect(told.map(({ type }) => type).reverse()).toEqual(
      expect.arrayContaining([
        'charge.pending',
        'payment_intent.processing',
        'charge.succeeded',
        'payment_intent.succeeded',
      ]),
    );
  }, 60_000);

  it.each<[Account, string]>([
    ['AT861904300235473202', 'a bank that gives no reason'],
    ['AT981904300002222227', 'an account without funds'],
    ['DE62370400440532013001', 'a bank of another country'],
  ])(
    'of %s fail: %s',
    async (account) => {
      const { id, latest_charge: charge } = begun[account];
      const failed = await outcome(target(), id);
      expect(failed).toMatchObject({
        status: 'requires_payment_method',
        payment_method: null,
        amount_received: 0,
        latest_charge: { id: charge, paid: false, status: 'failed' },
      });
      expect(failed.last_payment_error).toMatchObject({ charge });
    },
    60_000,
  );

  it.each<[Account, string]>([
    ['AT981904300002222227', 'insufficient_funds'],
    ['AT981904300000343434', 'charge_exceeds_source_limit'],
    ['AT601904300000121212', 'charge_exceeds_weekly_limit'],
  ])(
    'of %s tell why: %s',
    async (account, code) => {
      const { id } = begun[account];
      expect(await outcome(target(), id)).toMatchObject({ latest_charge: { failure_code: code } });
    },
    60_000,
  );

  it('need the agreement of who is debited', async () => {
    const error = await refusal(
      target().stripe.paymentIntents.create({
        amount: 3_000,
        currency: 'eur',
        allowed_payment_method_types: ['sepa_debit'],
        payment_method_data: {
          type: 'sepa_debit',
          sepa_debit: { iban: 'AT611904300234573201' },
          billing_details: owner,
        },
        confirm: true,
      }),
    );
    expect(error).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error' });
    expect(error.message).toBe(
      'This PaymentIntent requires a mandate, but no existing mandate was found. Collect mandate acceptance from the customer and try again, providing acceptance data in the mandate_data parameter.',
    );
  });

  it('leave the agreement behind as a mandate for one payment', async () => {
    const { id } = await debit(target(), 'AT611904300234573201');
    const { latest_charge: charge } = await target().stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
    const mandate = typeof charge === 'string' ? '' : (charge?.payment_method_details?.sepa_debit?.mandate ?? '');
    expect(await target().stripe.mandates.retrieve(mandate)).toMatchObject({
      object: 'mandate',
      status: 'active',
      type: 'single_use',
      single_use: { amount: 3_000, currency: 'eur' },
      customer_acceptance: { type: 'online', online: { ip_address: '93.184.216.34' } },
      payment_method_details: { type: 'sepa_debit' },
    });
  });

  it('need no second agreement once an account was set up', async () => {
    const { stripe } = target();
    const { id: customer } = await stripe.customers.create();
    const setup = await stripe.setupIntents.create({
      customer,
      allowed_payment_method_types: ['sepa_debit'],
      payment_method_data: { type: 'sepa_debit', sepa_debit: { iban: 'AT611904300234573201' }, billing_details: owner },
      mandate_data: accepted,
      confirm: true,
    });
    expect(setup.status).toBe('succeeded');
    expect(setup.mandate).toMatch(/^mandate_/);
    const later = await stripe.paymentIntents.create({
      amount: 3_000,
      currency: 'eur',
      customer,
      payment_method: typeof setup.payment_method === 'string' ? setup.payment_method : '',
      allowed_payment_method_types: ['sepa_debit'],
      off_session: true,
      confirm: true,
    });
    expect(later.status).toBe('processing');
  });

  it.each([
    ['name', { email: 'jenny@example.com' }],
    ['email', { name: 'Jenny Rosen' }],
  ])('want to know the %s of who is debited', async (field, details) => {
    const error = await refusal(
      target().stripe.paymentMethods.create({
        type: 'sepa_debit',
        sepa_debit: { iban: 'AT611904300234573201' },
        billing_details: details,
      }),
    );
    expect(error).toMatchObject({ statusCode: 400, code: 'parameter_missing', param: `billing_details[${field}]` });
  });

  it('cannot be made of an IBAN that is none', async () => {
    const error = await refusal(
      target().stripe.paymentMethods.create({
        type: 'sepa_debit',
        sepa_debit: { iban: 'AT621904300234573201' },
        billing_details: owner,
      }),
    );
    expect(error).toMatchObject({ statusCode: 400, code: 'invalid_bank_account_iban' });
  });

  it('are of their own currency only', async () => {
    const error = await refusal(
      target().stripe.paymentIntents.create({
        amount: 3_000,
        currency: 'gbp',
        allowed_payment_method_types: ['sepa_debit'],
      }),
    );
    expect(error.message).toMatch(
      /^The currency provided \(gbp\) is invalid\. Payments with sepa_debit support the following currencies: eur\./,
    );
  });

  it('do not pay what takes cards only', async () => {
    const { stripe } = target();
    const { id } = await stripe.paymentIntents.create({
      amount: 3_000,
      currency: 'eur',
      allowed_payment_method_types: ['card'],
    });
    const error = await refusal(
      stripe.paymentIntents.confirm(id, { payment_method: 'pm_success_at', mandate_data: accepted }),
    );
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_incompatible_payment_method' });
  });

  it('of Bacs end the mandate when the bank says that it never was', async () => {
    expect(unauthorized.status).toBe('processing');
    const failed = await outcome(target(), unauthorized.id);
    expect(failed).toMatchObject({
      status: 'requires_payment_method',
      latest_charge: { failure_code: 'debit_not_authorized' },
    });
    const { latest_charge: charge } = failed;
    const mandate = typeof charge === 'string' ? '' : (charge?.payment_method_details?.bacs_debit?.mandate ?? '');
    expect(await target().stripe.mandates.retrieve(mandate)).toMatchObject({ status: 'inactive', type: 'multi_use' });
  }, 60_000);

  it('of Bacs may be tried again after the account was empty', async () => {
    const { intent, method } = retried;
    expect(await outcome(target(), intent)).toMatchObject({ latest_charge: { failure_code: 'insufficient_funds' } });
    const again = await target().stripe.paymentIntents.confirm(intent, { payment_method: method, off_session: true });
    expect(again.status).toBe('processing');
  }, 60_000);

  it('of Bacs want to know the whole address', async () => {
    const error = await refusal(
      target().stripe.paymentMethods.create({
        type: 'bacs_debit',
        bacs_debit: { sort_code: '108800', account_number: '00012345' },
        billing_details: { ...owner, address: { line1: '1 High Street', city: 'London', country: 'GB' } },
      }),
    );
    expect(error).toMatchObject({
      statusCode: 400,
      code: 'parameter_missing',
      param: 'billing_details[address][postal_code]',
    });
  });
});

async function debitWithoutMandate({ stripe }: Target): Promise<Stripe.PaymentIntent> {
  const { id: customer } = await stripe.customers.create();
  return stripe.paymentIntents.create({
    amount: 3_000,
    currency: 'gbp',
    customer,
    allowed_payment_method_types: ['bacs_debit'],
    payment_method: 'pm_bacsDebit_debitNotAuthorized',
    setup_future_usage: 'off_session',
    mandate_data: accepted,
    confirm: true,
  });
}

async function debitOfEmptyAccount({ stripe }: Target): Promise<{ intent: string; method: string }> {
  const { id: customer } = await stripe.customers.create();
  const setup = await stripe.setupIntents.create({
    customer,
    allowed_payment_method_types: ['bacs_debit'],
    payment_method: 'pm_bacsDebit_insufficientFunds',
    mandate_data: accepted,
    confirm: true,
  });
  const method = typeof setup.payment_method === 'string' ? setup.payment_method : '';
  const { id } = await stripe.paymentIntents.create({
    amount: 3_000,
    currency: 'gbp',
    customer,
    allowed_payment_method_types: ['bacs_debit'],
    payment_method: method,
    off_session: true,
    confirm: true,
  });
  return { intent: id, method };
}

const LIFE = ['charge.pending', 'payment_intent.processing', 'charge.succeeded', 'payment_intent.succeeded'];

function ids({ id, latest_charge: charge }: Stripe.PaymentIntent): string[] {
  return [id, typeof charge === 'string' ? charge : (charge?.id ?? '')];
}
