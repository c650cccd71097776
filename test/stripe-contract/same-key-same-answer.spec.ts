import type Stripe from 'stripe';
import { contract, refusal, send, type Target } from '../support/stripe-contract';
import { refused, unique } from './plain-requests';

const declinedPayment = {
  amount: 2_000,
  currency: 'usd',
  confirm: true,
  payment_method: 'pm_card_visa_chargeDeclined',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
} as const satisfies Stripe.PaymentIntentCreateParams;

async function customersWith(target: Target, email: string): Promise<number> {
  return (await target.stripe.customers.list({ email })).data.length;
}

function post(target: Target, path: string, form: string, key: string): Promise<Response> {
  return send(target, 'POST', path, { form, headers: { 'Idempotency-Key': key } });
}

contract('The same key gets the same answer', (target) => {
  it('to the letter, and does nothing again', async () => {
    const email = `${unique('again')}@example.com`;
    const form = `email=${encodeURIComponent(email)}&metadata[a]=1`;
    const key = unique('key');
    const first = await post(target(), '/v1/customers', form, key);
    const again = await post(target(), '/v1/customers', form, key);
    expect(again.status).toBe(200);
    expect(await again.text()).toBe(await first.text());
    expect(await customersWith(target(), email)).toBe(1);
  });

  it('whatever the order of the parameters', async () => {
    const key = unique('key');
    const first = await post(target(), '/v1/customers', 'name=Ada&metadata[a]=1&metadata[b]=2', key);
    const again = await post(target(), '/v1/customers', 'metadata[b]=2&metadata[a]=1&name=Ada', key);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await again.json()).toEqual(await first.json());
  });

  it('as it was then, though the object has changed since', async () => {
    const { stripe } = target();
    const idempotencyKey = unique('key');
    const { id } = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey });
    await stripe.customers.update(id, { name: 'Grace' });
    expect((await stripe.customers.create({ name: 'Ada' }, { idempotencyKey })).name).toBe('Ada');
    expect((await stripe.customers.retrieve(id)) as Stripe.Customer).toMatchObject({ name: 'Grace' });
  });

  it('as it was then, though the object was deleted since', async () => {
    const { stripe } = target();
    const idempotencyKey = unique('key');
    const made = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey });
    await stripe.customers.del(made.id);
    const again = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey });
    expect(again).toMatchObject({ id: made.id, object: 'customer', name: 'Ada' });
    expect(await stripe.customers.retrieve(made.id)).toMatchObject({ deleted: true });
  });

  it('when that was a decline, with the same charge', async () => {
    const { stripe } = target();
    const idempotencyKey = unique('key');
    const first = await refusal(stripe.paymentIntents.create(declinedPayment, { idempotencyKey }));
    const again = await refusal(stripe.paymentIntents.create(declinedPayment, { idempotencyKey }));
    expect(first).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' });
    expect(again).toMatchObject({ statusCode: 402, code: 'card_declined', charge: first.charge });
    expect(again.headers?.['idempotent-replayed']).toBe('true');
    const { payment_intent } = first;
    expect((await stripe.charges.list({ payment_intent: payment_intent?.id ?? '' })).data).toHaveLength(1);
  });

  it('when the object that it concerned was unknown', async () => {
    const key = unique('key');
    expect((await post(target(), '/v1/payment_intents/pi_none/cancel', '', key)).status).toBe(404);
    const again = await post(target(), '/v1/payment_intents/pi_none/cancel', '', key);
    expect(again.status).toBe(404);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('but is free again after a refusal of the parameters', async () => {
    const { stripe } = target();
    const idempotencyKey = unique('key');
    const small = await refusal(stripe.paymentIntents.create({ amount: 1, currency: 'usd' }, { idempotencyKey }));
    expect(small).toMatchObject({ statusCode: 400, code: 'amount_too_small' });
    expect(await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey })).toMatchObject({
      amount: 1_000,
    });
  });

  it('and refuses other parameters', async () => {
    const key = unique('key');
    await post(target(), '/v1/customers', 'name=Ada', key);
    const headers = { 'Idempotency-Key': key };
    expect(await refused(target(), 'POST', '/v1/customers', 'name=Grace', headers)).toEqual({
      status: 400,
      type: 'idempotency_error',
      code: undefined,
      param: undefined,
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    });
  });

  it('and refuses another endpoint, as an error of its own class in the SDK', async () => {
    const { stripe } = target();
    const idempotencyKey = unique('key');
    const { id } = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey });
    const error = await refusal(stripe.customers.update(id, { name: 'Ada' }, { idempotencyKey }));
    expect(error).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400, rawType: 'idempotency_error' });
  });

  it('only of POSTs: a GET with a used key is answered as it is now', async () => {
    const { stripe } = target();
    const idempotencyKey = unique('key');
    const { id } = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey });
    const read = await send(target(), 'GET', `/v1/customers/${id}`, { headers: { 'Idempotency-Key': idempotencyKey } });
    expect(read.status).toBe(200);
    expect(read.headers.get('idempotent-replayed')).toBeNull();
    expect(await read.json()).toMatchObject({ id, name: 'Ada' });
  });

  it('to two requests at once, of which at most one takes effect', async () => {
    const email = `${unique('twice')}@example.com`;
    const form = `email=${encodeURIComponent(email)}`;
    const key = unique('key');
    const answers = await Promise.all(Array.from({ length: 4 }, () => post(target(), '/v1/customers', form, key)));
    const made = new Set<string>();
    for (const answer of answers) {
      const body = (await answer.json()) as { id?: string; error?: { code: string } };
      if (answer.status === 200) made.add(body.id ?? '');
      else expect([answer.status, body.error?.code]).toEqual([409, 'idempotency_key_in_use']);
    }
    expect(made.size).toBe(1);
    expect(await customersWith(target(), email)).toBe(1);
  });

  it.each([0, 256])('unless the key is %d characters long', async (length) => {
    const headers = { 'Idempotency-Key': 'k'.repeat(length) };
    // A header without a value does not reach everyone.
    if (length === 0 && target().real) return;
    expect(await refused(target(), 'POST', '/v1/customers', 'name=Ada', headers)).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      message: expect.stringContaining(`Idempotent key length is ${length}`),
    });
  });
});
