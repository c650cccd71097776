import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GatewayAnswer } from '../../src/application/payment/payment-gateway';
import { findCreatedBy } from '../../src/application/payment/created-intents';
import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import { Attempt, type AttemptRequest } from '../../src/domain/payment/attempt';
import { Payment, type PaymentProps } from '../../src/domain/payment/payment';
import { startSimulator, type RunningSimulator } from '../../src/infrastructure/stripe-simulator/simulator';
import { createStripeClient } from '../../src/infrastructure/stripe/stripe-client';
import { StripePaymentGateway } from '../../src/infrastructure/stripe/stripe-payment-gateway';
import { CANCEL, CHARGE, CONFIRM, CREATE, currency, termsOf } from '../support/samples';
import { Money } from '../../src/domain/shared/money';
import { SimulatorControl, type FaultDefinition, type JournalEntry } from '../support/simulator-control';

const KEY = 'sk_test_simulator';
const TIME_LIMIT = 400;

let simulator: RunningSimulator;
let control: SimulatorControl;
let gateway: StripePaymentGateway;
let numbered = 0;

beforeAll(async () => {
  simulator = await startSimulator();
  control = new SimulatorControl(simulator.url);
  gateway = new StripePaymentGateway(
    createStripeClient({ secretKey: KEY, apiUrl: simulator.url, timeout: TIME_LIMIT }),
  );
});
beforeEach(() => control.reset());
afterAll(() => simulator.close());

const now = () => new Date();

function draft(request: AttemptRequest = CREATE, props: Partial<PaymentProps> = {}): [Payment, Attempt] {
  numbered += 1;
  const payment = Payment.create(`pay_${String(numbered)}`, termsOf(), now(), 'test');
  const stored = Payment.restore({ ...payment.snapshot(), ...props });
  return [stored, Attempt.send(`att_${String(numbered)}`, payment.id, 'api', request, now())];
}

/** What is asked next of a payment whose intent was made. */
function next(payment: Payment, answer: GatewayAnswer, request: AttemptRequest): [Payment, Attempt] {
  if (answer.kind !== 'accepted') throw new Error(`the intent was not made: ${answer.kind}`);
  payment.observe(answer.seen, now(), 'test');
  numbered += 1;
  return [payment, Attempt.send(`att_${String(numbered)}`, payment.id, 'api', request, now())];
}

const posts = async (): Promise<JournalEntry[]> => (await control.journal()).filter(({ method }) => method === 'POST');

it('is told of a refusal without the words of the caller that Stripe quotes', async () => {
  const about = { description: 'for Ada Marker', metadata: { 'owner of Ada': 'Ada Marker '.repeat(50) } };
  const answer = await gateway.send(...draft({ ...CREATE, returnUrl: 'https://shop.example/ada' }, about));
  expect(answer).toMatchObject({ kind: 'rejected', message: expect.stringContaining('…') });
  expect(JSON.stringify(answer)).not.toMatch(/Ada|Marker/);
});

describe('A call for a customer', () => {
  async function customerWith(token: string): Promise<{ stripeCustomer: string; paymentMethod: string }> {
    const stripe = createStripeClient({ secretKey: KEY, apiUrl: simulator.url });
    const { id: stripeCustomer } = await stripe.customers.create({ name: 'Ada' });
    const { id: paymentMethod } = await stripe.paymentMethods.attach(token, { customer: stripeCustomer });
    return { stripeCustomer, paymentMethod };
  }

  it('makes an intent of that customer, and charges off session where that is asked', async () => {
    const payer = await customerWith('pm_card_visa');
    const answer = await gateway.send(...draft({ ...CHARGE, ...payer, offSession: true }));
    expect(answer).toMatchObject({ kind: 'accepted', seen: { status: 'succeeded' } });
    const [intent] = (await control.state()).payment_intents;
    expect(intent).toMatchObject({ customer: payer.stripeCustomer, payment_method: payer.paymentMethod });
  });

  it('off session is declined by a bank that wants the customer, who can then confirm on session', async () => {
    const payer = await customerWith('pm_card_authenticationRequired');
    const [payment, attempt] = draft({ ...CHARGE, ...payer, offSession: true });
    const declined = await gateway.send(payment, attempt);
    expect(declined).toMatchObject({
      kind: 'declined',
      failure: { code: 'authentication_required' },
      seen: { status: 'requires_payment_method', failure: { code: 'authentication_required' } },
    });
    if (declined.kind !== 'declined' || declined.seen === null) throw new Error('the intent was not shown');
    payment.observe(declined.seen, now(), 'test');
    const confirm = { ...CONFIRM, paymentMethod: payer.paymentMethod, returnUrl: 'https://shop.example/back' };
    const send = (request: AttemptRequest, id: string) =>
      gateway.send(payment, Attempt.send(id, payment.id, 'api', request, now()));
    expect(await send({ ...confirm, offSession: true }, 'att_off')).toMatchObject({ kind: 'declined' });
    expect(await send(confirm, 'att_on')).toMatchObject({ seen: { status: 'requires_action' } });
  });
});

describe('A call that Stripe accepts', () => {
  it('makes an intent that carries our ids, under the key of the attempt, in one request', async () => {
    const [payment, attempt] = draft(CREATE, { description: 'Two nights', metadata: { room: '7' } });
    const answer = await gateway.send(payment, attempt);
    expect(answer).toMatchObject({
      kind: 'accepted',
      replayed: false,
      request: expect.stringMatching(/^req_/),
      seen: {
        paymentId: payment.id,
        attemptId: attempt.id,
        status: 'requires_payment_method',
        amount: 4_999,
        currency: 'gbp',
        clientSecret: expect.stringContaining('_secret_'),
      },
    });
    expect(await posts()).toMatchObject([{ path: '/v1/payment_intents', idempotencyKey: attempt.idempotencyKey }]);
    const [intent] = (await control.state()).payment_intents;
    expect(intent).toMatchObject({
      description: 'Two nights',
      metadata: { room: '7', cashdesk_payment: payment.id, cashdesk_attempt: attempt.id },
    });
  });

  it('charges at once, and says how risky it was', async () => {
    const answer = await gateway.send(...draft(CHARGE));
    expect(answer).toMatchObject({
      kind: 'accepted',
      seen: { status: 'succeeded', captured: 4_999, capturable: 0, charge: expect.stringMatching(/^ch_/) },
    });
    expect(answer).toHaveProperty('seen.riskLevel', 'normal');
  });

  it('reserves, captures a part, and releases the rest', async () => {
    const [payment, attempt] = draft(CHARGE, { captureMethod: 'manual' });
    const reserved = await gateway.send(payment, attempt);
    expect(reserved).toMatchObject({ seen: { status: 'authorized', capturable: 4_999, captured: 0 } });
    const captured = await gateway.send(...next(payment, reserved, { operation: 'capture', amount: 1_000 }));
    expect(captured).toMatchObject({ seen: { status: 'succeeded', capturable: 0, captured: 1_000, amount: 4_999 } });
  });

  it('confirms, and cancels', async () => {
    const [payment, attempt] = draft();
    const made = await gateway.send(payment, attempt);
    const confirm = { ...CONFIRM, returnUrl: 'https://shop.example/done' };
    expect(await gateway.send(...next(payment, made, confirm))).toMatchObject({ seen: { status: 'succeeded' } });
    const [other, first] = draft();
    const canceled = await gateway.send(...next(other, await gateway.send(other, first), CANCEL));
    expect(canceled).toMatchObject({ seen: { status: 'canceled', cancellationReason: 'abandoned' } });
  });

  it('asks the payer to authenticate', async () => {
    const request = { ...CHARGE, paymentMethod: 'pm_card_threeDSecure2Required', returnUrl: 'https://shop.example' };
    expect(await gateway.send(...draft(request))).toMatchObject({
      kind: 'accepted',
      seen: {
        status: 'requires_action',
        nextAction: { type: 'redirect_to_url' },
        redirectUrl: expect.stringContaining('http'),
        failure: null,
      },
    });
  });

  it('is answered again under its key, and says so: nothing is charged twice', async () => {
    const [payment, attempt] = draft(CHARGE);
    const first = await gateway.send(payment, attempt);
    expect(await gateway.send(payment, attempt)).toEqual({ ...first, request: expect.any(String), replayed: true });
    expect((await control.state()).charges).toHaveLength(1);
  });
});

describe('A call that Stripe refuses', () => {
  it.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', null],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', null],
  ])('because the bank does (%s) is a decline: %s, %s', async (paymentMethod, code, declineCode) => {
    const answer = await gateway.send(...draft({ ...CHARGE, paymentMethod }));
    expect(answer).toMatchObject({
      kind: 'declined',
      failure: { code, declineCode, message: expect.stringMatching(/card/) },
      charge: expect.stringMatching(/^ch_/),
      seen: { status: 'requires_payment_method', failure: { code, declineCode } },
      replayed: false,
    });
    expect(await posts()).toHaveLength(1);
    const [{ charge, seen }] = [answer as GatewayAnswer & { kind: 'declined' }];
    const charges = await gateway.charges(seen!.intent);
    expect(charges).toMatchObject([{ charge, succeeded: false, riskLevel: expect.any(String) }]);
  });

  it('because it has no such payment method had no effect', async () => {
    const answer = await gateway.send(...draft({ ...CHARGE, paymentMethod: 'pm_none' }));
    expect(answer).toMatchObject({ kind: 'rejected', code: 'resource_missing', seen: null });
  });

  it('for the state of the intent shows that state', async () => {
    const [payment, attempt] = draft(CHARGE);
    const paid = await gateway.send(payment, attempt);
    expect(await gateway.send(...next(payment, paid, CANCEL))).toMatchObject({
      kind: 'rejected',
      code: 'payment_intent_unexpected_state',
      seen: { status: 'succeeded', captured: 4_999 },
    });
  });

  it('for a capture beyond what is there had no effect', async () => {
    const [payment, attempt] = draft(CHARGE, { captureMethod: 'manual' });
    const reserved = await gateway.send(payment, attempt);
    const capture = { operation: 'capture', amount: 5_000 } as const;
    expect(await gateway.send(...next(payment, reserved, capture))).toMatchObject({
      kind: 'rejected',
      code: 'amount_too_large',
    });
  });

  it('is foreseen for a part that Stripe cannot take', () => {
    expect(gateway.captureRefusal(Money.of(1_005, currency('kwd')))).toContain('multiples of 10');
    expect(gateway.captureRefusal(Money.of(1_010, currency('kwd')))).toBeNull();
  });
});

describe('Trouble on the way', () => {
  it.each<[string, FaultDefinition, Partial<GatewayAnswer>]>([
    ['a 500 without effect', { kind: 'error', status: 500 }, { kind: 'unknown', doubt: 'server_error' }],
    ['a 500 with effect', { kind: 'error_after_effect' }, { kind: 'unknown', doubt: 'server_error' }],
    ['a 502', { kind: 'error', status: 502 }, { kind: 'unknown', doubt: 'lost_answer' }],
    ['a 503', { kind: 'error', status: 503 }, { kind: 'unknown', doubt: 'lost_answer' }],
    ['a 424', { kind: 'error', status: 424 }, { kind: 'unknown', doubt: 'lost_answer' }],
    ['a 502 of a proxy', { kind: 'plain_error' }, { kind: 'unknown', doubt: 'lost_answer' }],
    ['a 404 of a proxy', { kind: 'plain_error', status: 404 }, { kind: 'unknown', doubt: 'lost_answer' }],
    ['a 200 of a proxy', { kind: 'plain_error', status: 200 }, { kind: 'unknown', doubt: 'lost_answer' }],
    ['a reset before the effect', { kind: 'reset_before_effect' }, { kind: 'unknown', doubt: 'lost_answer' }],
    ['a reset after the effect', { kind: 'reset_after_effect' }, { kind: 'unknown', doubt: 'lost_answer' }],
    ['a timeout before the effect', { kind: 'timeout_before_effect' }, { kind: 'unknown', doubt: 'lost_answer' }],
    ['a timeout after the effect', { kind: 'timeout_after_effect' }, { kind: 'unknown', doubt: 'lost_answer' }],
    ['an answer cut in the middle', { kind: 'cut_answer' }, { kind: 'unknown', doubt: 'lost_answer' }],
    ['a key in use', { kind: 'error', status: 409 }, { kind: 'unknown', doubt: 'lost_answer' }],
    ['a rate limit', { kind: 'error', status: 429 }, { kind: 'never_reached', because: 'rate_limited', retryAfter: 1 }],
    [
      'a lock timeout',
      { kind: 'error', status: 429, code: 'lock_timeout' },
      { kind: 'never_reached', because: 'rate_limited' },
    ],
    ['a key that is refused', { kind: 'error', status: 401 }, { kind: 'never_reached', because: 'unavailable' }],
  ])('%s is told for what it is, and the call left once', async (_what, fault, expected) => {
    await control.fault(fault);
    expect(await gateway.send(...draft(CHARGE))).toMatchObject(expected);
    expect(await posts()).toHaveLength(1);
  });

  it.each<FaultDefinition['kind']>(['reset_before_effect', 'reset_after_effect', 'cut_answer', 'timeout_after_effect'])(
    '%s, then the very same again: one charge',
    async (kind) => {
      await control.fault({ kind });
      const [payment, attempt] = draft(CHARGE);
      await gateway.send(payment, attempt);
      expect(await gateway.send(payment, attempt)).toMatchObject({ kind: 'accepted', seen: { status: 'succeeded' } });
      expect((await control.state()).charges).toHaveLength(1);
    },
  );

  it('a refused connection never left', async () => {
    const closed = createStripeClient({ secretKey: KEY, apiUrl: 'http://127.0.0.1:1', timeout: TIME_LIMIT });
    const answer = await new StripePaymentGateway(closed).send(...draft(CHARGE));
    const message = expect.stringContaining('ECONNREFUSED');
    expect(answer).toEqual({ kind: 'never_reached', because: 'unavailable', message });
  });

  it('a host that has no address never left', async () => {
    const nowhere = createStripeClient({ secretKey: KEY, apiUrl: 'http://stripe.invalid', timeout: 5_000 });
    expect(await new StripePaymentGateway(nowhere).send(...draft(CHARGE))).toMatchObject({ kind: 'never_reached' });
  });

  it('our own request, changed under its key, teaches nothing and is no refusal', async () => {
    const [payment, attempt] = draft(CHARGE);
    await gateway.send(payment, attempt);
    const changed = Payment.restore({ ...payment.snapshot(), description: 'changed' });
    expect(await gateway.send(changed, attempt)).toMatchObject({ kind: 'unknown', doubt: 'server_error' });
  });

  it.each([
    ['{}', 200],
    ['{"status":"ok"}', 200],
    ['{"message":"gone"}', 404],
    ['{"object":"payment_intent","id":"pi_1","status":"a new one"}', 200],
    ['null', 200],
    ['', 200],
  ])('an answer %s with status %d is no payment intent, and leaves the charge in doubt', async (body, status) => {
    const server = await answering(body, status);
    const { port } = server.address() as AddressInfo;
    const client = createStripeClient({ secretKey: KEY, apiUrl: `http://127.0.0.1:${String(port)}`, timeout: 2_000 });
    const other = new StripePaymentGateway(client);
    expect(await other.send(...draft(CHARGE))).toMatchObject({ kind: 'unknown', doubt: 'lost_answer' });
    expect(await other.read('pi_1')).toMatchObject({ kind: 'unavailable' });
    expect((await findCreatedBy(other, draft()[1])).kind).toBe('unavailable');
    await expect(other.charges('pi_1')).rejects.toThrow(GatewayUnavailable);
    server.closeAllConnections();
    server.close();
  });
});

async function answering(body: string, status: number): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe('What is asked of Stripe afterwards', () => {
  it('shows an intent as it is now, or that there is none, or that nobody answers', async () => {
    const [payment, attempt] = draft(CHARGE);
    const made = await gateway.send(payment, attempt);
    const { intent } = (made as GatewayAnswer & { kind: 'accepted' }).seen;
    expect(await gateway.read(intent)).toMatchObject({ kind: 'found', seen: { intent, status: 'succeeded' } });
    expect(await gateway.read('pi_none')).toEqual({ kind: 'missing' });
    await control.fault({ kind: 'error', status: 500 });
    expect(await gateway.read(intent)).toMatchObject({ kind: 'unavailable' });
    await control.fault({ kind: 'plain_error', status: 404 });
    expect(await gateway.read(intent)).toMatchObject({ kind: 'unavailable' });
  });

  it('finds the intent that an attempt made, over all pages of the list', async () => {
    const [payment, attempt] = draft(CHARGE);
    await gateway.send(payment, attempt);
    for (let n = 0; n < 101; n++) await gateway.send(...draft());
    expect(await findCreatedBy(gateway, attempt)).toMatchObject({
      kind: 'found',
      seen: { paymentId: payment.id, attemptId: attempt.id, status: 'succeeded' },
    });
    expect(await findCreatedBy(gateway, draft()[1])).toEqual({ kind: 'missing' });
    await control.fault({ kind: 'reset_before_effect' });
    expect(await findCreatedBy(gateway, attempt)).toMatchObject({ kind: 'unavailable' });
  });

  it('finds the intent that a repeat made hours after the first try', async () => {
    const [payment, attempt] = draft(CHARGE);
    await control.advanceClock(6 * 3_600);
    await gateway.send(payment, attempt);
    expect(await findCreatedBy(gateway, attempt)).toMatchObject({ kind: 'found' });
  });

  it('lists the charges of an intent, oldest first', async () => {
    const [payment, attempt] = draft(CREATE);
    const made = await gateway.send(payment, attempt);
    const { intent } = (made as GatewayAnswer & { kind: 'accepted' }).seen;
    const returnUrl = 'https://shop.example';
    const decline = { ...CONFIRM, paymentMethod: 'pm_card_visa_chargeDeclined', returnUrl };
    await gateway.send(...next(payment, made, decline));
    await gateway.send(...next(payment, made, { ...CONFIRM, returnUrl }));
    const charges = await gateway.charges(intent);
    expect(charges.map(({ succeeded, declineCode }) => [succeeded, declineCode])).toEqual([
      [false, 'generic_decline'],
      [true, null],
    ]);
    await control.fault({ kind: 'reset_before_effect' });
    await expect(gateway.charges(intent)).rejects.toThrow(GatewayUnavailable);
  });
});
