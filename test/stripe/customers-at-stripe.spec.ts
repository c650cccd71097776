import type { Creation, CustomerProps } from '../../src/domain/customer/customer';
import { startSimulator, type RunningSimulator } from '../../src/infrastructure/stripe-simulator/simulator';
import { createStripeClient } from '../../src/infrastructure/stripe/stripe-client';
import { StripeCustomerGateway } from '../../src/infrastructure/stripe/stripe-customer-gateway';
import { ADA, linkedCustomer, newCustomer } from '../support/customer-samples';
import { SimulatorControl, type FaultDefinition } from '../support/simulator-control';

let simulator: RunningSimulator;
let control: SimulatorControl;
/** @param timeout of the calls: a short one where answers get lost. */
const client = (timeout = 20_000) =>
  createStripeClient({ secretKey: 'sk_test_simulator', apiUrl: simulator.url, timeout });
let gateway: StripeCustomerGateway;

beforeAll(async () => {
  simulator = await startSimulator();
  control = new SimulatorControl(simulator.url);
  gateway = new StripeCustomerGateway(client(2_000));
});
beforeEach(() => control.reset());
afterAll(() => simulator.close());

const creationOf = (details = ADA): Creation => newCustomer(details, 'cus_1', new Date()).snapshot().creation!;

async function made(creation = creationOf(), id = 'cus_1'): Promise<string> {
  const answer = await gateway.create(id, creation);
  if (answer.kind !== 'created') throw new Error(`not created: ${JSON.stringify(answer)}`);
  return answer.stripeCustomer;
}

const told = (given: Partial<CustomerProps> = {}) => linkedCustomer({ ...ADA, ...given });
const posts = async () => (await control.journal()).filter(({ method }) => method === 'POST');

describe('A customer that Stripe makes', () => {
  it('has all that is known of the person but the subject, and our id', async () => {
    const id = await made();
    const [customer] = (await control.state()).customers;
    expect(customer).toMatchObject({
      id,
      email: ADA.email,
      name: ADA.name,
      phone: ADA.phone,
      address: { line1: '12 Canary Row', line2: null, city: 'Canaryham', postal_code: 'CN1 1RY', country: 'GB' },
      metadata: { plan: 'canary-gold', seat: '7', cashdesk_customer: 'cus_1' },
    });
    expect(JSON.stringify(customer)).not.toContain('auth0');
    expect(await posts()).toMatchObject([{ path: '/v1/customers', idempotencyKey: 'cashdesk-cus_1-1' }]);
  });

  it('is made once, however often the same creation is sent', async () => {
    const creation = creationOf();
    const first = await made(creation);
    expect(await Promise.all([made(creation), made(creation)].map((call) => call.catch(() => first)))).toEqual([
      first,
      first,
    ]);
    expect((await control.state()).customers).toHaveLength(1);
  });

  it('may be someone of whom nothing is known', async () => {
    const nothing = { subject: null, email: null, name: null, phone: null, address: null, metadata: {} };
    await made(creationOf(nothing));
    expect((await control.state()).customers).toMatchObject([
      { email: null, metadata: { cashdesk_customer: 'cus_1' } },
    ]);
  });

  it('is found in the lists of its time by our id, with an address and without', async () => {
    for (const [name, details] of [
      ['cus_1', ADA],
      ['cus_2', { ...ADA, email: null }],
    ] as const) {
      const creation = creationOf(details);
      expect(await gateway.findCreated(name, creation)).toEqual({ kind: 'missing' });
      const id = await made(creation, name);
      expect(await gateway.findCreated(name, creation)).toEqual({ kind: 'created', stripeCustomer: id });
      expect(await gateway.findCreated('cus_other', creation)).toEqual({ kind: 'missing' });
    }
    expect((await control.journal()).some(({ path }) => path.includes('search'))).toBe(false);
  });

  it('is looked for on every page', async () => {
    const creation = creationOf({ ...ADA, email: null });
    const id = await made(creation);
    const stripe = client();
    await Promise.all(Array.from({ length: 101 }, () => stripe.customers.create({})));
    expect(await gateway.findCreated('cus_1', creation)).toEqual({ kind: 'created', stripeCustomer: id });
  });
});

describe('A customer that Stripe has', () => {
  it('is brought up to date: what is empty here is cleared there, keys that are gone are removed', async () => {
    const id = await made();
    const changed = { email: null, name: 'Grace', phone: null, metadata: { seat: '8' }, removedMetadata: ['plan'] };
    const address = { ...ADA.address!, line1: null, line2: 'Flat 2' };
    expect(await gateway.update(id, told({ ...changed, address }))).toEqual({ kind: 'updated' });
    expect((await control.state()).customers).toMatchObject([
      { email: null, name: 'Grace', phone: null, address: { line1: null, line2: 'Flat 2', city: 'Canaryham' } },
    ]);
    const [customer] = (await control.state()).customers;
    expect(customer).toHaveProperty('metadata', { seat: '8', cashdesk_customer: 'cus_1' });
    await gateway.update(id, told({ address: null }));
    expect((await control.state()).customers).toMatchObject([{ address: null }]);
  });

  it('is charged by default to the method that is the default here', async () => {
    const id = await made();
    const { id: method } = await client().paymentMethods.attach('pm_card_visa', { customer: id });
    await gateway.update(id, told({ defaultPaymentMethod: method }));
    expect(await gateway.read(id)).toEqual({ kind: 'found', defaultPaymentMethod: method });
    await gateway.update(id, told());
    expect(await gateway.read(id)).toEqual({ kind: 'found', defaultPaymentMethod: null });
  });

  it('that was deleted there, or never was there, is told apart from silence', async () => {
    const id = await made();
    await client().customers.del(id);
    expect(await gateway.update(id, told())).toEqual({ kind: 'deleted' });
    expect(await gateway.read(id)).toEqual({ kind: 'deleted' });
    expect(await gateway.update('cus_none', told())).toEqual({ kind: 'deleted' });
    expect(await gateway.read('cus_none')).toEqual({ kind: 'deleted' });
    await control.fault({ kind: 'plain_error', status: 404, times: 2 });
    expect(await gateway.update(id, told())).toMatchObject({ kind: 'unavailable' });
    expect(await gateway.read(id)).toMatchObject({ kind: 'unavailable' });
  });
});

describe('A refusal', () => {
  it('has a code and a field, and nothing of what stood there', async () => {
    const answer = await gateway.create('cus_1', creationOf({ ...ADA, email: 'canary at example' }));
    expect(answer).toEqual({ kind: 'refused', refusal: { code: 'email_invalid', field: 'email' } });
    const id = await made(creationOf(), 'cus_2');
    const method = await gateway.update(id, told({ defaultPaymentMethod: 'pm_none' }));
    expect(method).toEqual({ kind: 'refused', refusal: { code: 'resource_missing', field: 'invoice_settings' } });
  });
});

describe('What befalls a call', () => {
  const TROUBLE: [string, FaultDefinition, 'unavailable' | 'failed_at_stripe'][] = [
    ['a 500 without effect', { kind: 'error', status: 500 }, 'failed_at_stripe'],
    ['a 500 with effect', { kind: 'error_after_effect' }, 'failed_at_stripe'],
    ['a 503', { kind: 'error', status: 503 }, 'unavailable'],
    ['a 200 of a proxy', { kind: 'plain_error', status: 200 }, 'unavailable'],
    ['a reset after the effect', { kind: 'reset_after_effect' }, 'unavailable'],
    ['a timeout after the effect', { kind: 'timeout_after_effect' }, 'unavailable'],
    ['a key in use', { kind: 'error', status: 409 }, 'unavailable'],
    ['a rate limit', { kind: 'error', status: 429 }, 'unavailable'],
    ['a key that is refused', { kind: 'error', status: 401 }, 'unavailable'],
  ];

  it.each(TROUBLE)('%s leaves a creation in doubt', async (_name, fault, kind) => {
    await control.fault({ times: 1, ...fault });
    expect(await gateway.create('cus_1', creationOf())).toMatchObject({ kind });
    expect(await posts()).toHaveLength(1);
  });

  it.each(TROUBLE)('%s says nothing about an update, a list or a read', async (_name, fault) => {
    const id = await made();
    await control.fault({ times: 3, ...fault });
    expect(await gateway.update(id, told())).toMatchObject({ kind: 'unavailable' });
    expect(await gateway.findCreated('cus_1', creationOf())).toMatchObject({ kind: 'unavailable' });
    expect(await gateway.read(id)).toMatchObject({ kind: 'unavailable' });
  });

  it('a creation that was changed under its key is settled by looking', async () => {
    await made();
    const changed = await gateway.create('cus_1', creationOf({ ...ADA, name: 'Grace' }));
    expect(changed).toMatchObject({ kind: 'failed_at_stripe' });
    expect(JSON.stringify(changed)).not.toContain('Grace');
  });
});
