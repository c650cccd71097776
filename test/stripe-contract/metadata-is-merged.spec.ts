import type Stripe from 'stripe';
import { contract, refusal } from '../support/stripe-contract';
import { posted } from './plain-requests';

const keys = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`key${at}`, String(at)]));

contract('Metadata is merged', (target) => {
  const made = async (metadata: Stripe.MetadataParam): Promise<string> =>
    (await target().stripe.customers.create({ metadata })).id;
  const updated = async (id: string, metadata: Stripe.Emptyable<Stripe.MetadataParam>): Promise<Stripe.Metadata> =>
    (await target().stripe.customers.update(id, { metadata })).metadata;

  it('with what is there', async () => {
    const id = await made({ a: '1', b: '2' });
    expect(await updated(id, { b: 'two', c: '3' })).toEqual({ a: '1', b: 'two', c: '3' });
  });

  it('and stays where it is not given', async () => {
    const id = await made({ a: '1' });
    expect((await target().stripe.customers.update(id, { name: 'Ada' })).metadata).toEqual({ a: '1' });
  });

  it('less a key whose value is empty', async () => {
    const id = await made({ a: '1', b: '2' });
    expect(await updated(id, { a: '' })).toEqual({ b: '2' });
    expect(await updated(id, { never: '' })).toEqual({ b: '2' });
  });

  it('into nothing when it is empty itself', async () => {
    const id = await made({ a: '1', b: '2' });
    expect(await updated(id, '')).toEqual({});
  });

  it('as texts, whatever was sent', async () => {
    const { metadata } = await target().stripe.customers.create({ metadata: { count: 7, on: true } as never });
    expect(metadata).toEqual({ count: '7', on: 'true' });
  });

  it('up to 50 keys', async () => {
    const id = await made(keys(50));
    expect(Object.keys(await updated(id, { key0: 'again' }))).toHaveLength(50);
    expect(await refusal(updated(id, { more: '1' }))).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
      message: expect.stringContaining("Metadata can have up to 50 keys, but you've set 51."),
    });
    expect(await updated(id, { key0: '', more: '1' })).toMatchObject({ more: '1' });
    expect(await refusal(made(keys(51)))).toMatchObject({ statusCode: 400 });
  });

  it('with keys of up to 40 characters', async () => {
    const longest = 'k'.repeat(40);
    const id = await made({ [longest]: '1' });
    expect(await updated(id, { x: '1' })).toEqual({ [longest]: '1', x: '1' });
    expect(await refusal(made({ [`${longest}k`]: '1' }))).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
      message: `Metadata keys can have up to 40 characters, but you passed in a key that is 41 characters. Invalid key: ${longest}k`,
    });
  });

  it('with values of up to 500 characters, letters outside the basic plane for one each', async () => {
    const longest = '🦉'.repeat(500);
    const customer = await posted<Stripe.Customer>(
      target(),
      '/v1/customers',
      `metadata[owls]=${encodeURIComponent(longest)}`,
    );
    expect(customer.metadata.owls).toBe(longest);
    expect(await refusal(made({ long: 'v'.repeat(501) }))).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
      message: expect.stringContaining(
        'Metadata values can have up to 500 characters, but you passed in a value that is 501 characters.',
      ),
    });
  });

  it('of payments too, on its way from the intent to the charge', async () => {
    const { stripe } = target();
    const intent = await stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { order: '6735' },
      expand: ['latest_charge'],
    });
    expect((intent.latest_charge as Stripe.Charge).metadata).toEqual({ order: '6735' });
    const changed = await stripe.paymentIntents.update(intent.id, { metadata: { order: '6736' } });
    expect(changed.metadata).toEqual({ order: '6736' });
  });
});
