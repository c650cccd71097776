import type { SetupAnswer, SetupSight } from '../../src/application/customer/setup-gateway';
import type { Setup, SetupRequest } from '../../src/domain/customer/setup';
import { startSimulator, type RunningSimulator } from '../../src/infrastructure/stripe-simulator/simulator';
import { createStripeClient } from '../../src/infrastructure/stripe/stripe-client';
import { StripeSetupGateway } from '../../src/infrastructure/stripe/stripe-setup-gateway';
import { begunSetup } from '../support/card-samples';
import { SimulatorControl, type FaultDefinition } from '../support/simulator-control';

let simulator: RunningSimulator;
let control: SimulatorControl;
let gateway: StripeSetupGateway;
let stripeCustomer: string;
let numbered = 0;
const client = (timeout: number) =>
  createStripeClient({ secretKey: 'sk_test_simulator', apiUrl: simulator.url, timeout });

beforeAll(async () => {
  simulator = await startSimulator();
  control = new SimulatorControl(simulator.url);
  gateway = new StripeSetupGateway(client(2_000));
});
beforeEach(async () => {
  await control.reset();
  stripeCustomer = (await client(2_000).customers.create({})).id;
});
afterAll(() => simulator.close());

function setup(request: Partial<SetupRequest> = {}): Setup {
  const asked = { stripeCustomer, paymentMethod: 'pm_card_visa', confirm: true, returnUrl: null };
  const id = `set_${String(++numbered)}`;
  return begunSetup({ id, request: { ...asked, ...request }, firstSentAt: new Date() });
}

function sightIn(answer: SetupAnswer): SetupSight {
  const sight = 'sight' in answer ? answer.sight : null;
  if (sight === null) throw new Error(`no setup was made: ${JSON.stringify(answer)}`);
  return sight;
}

const intents = async () => (await control.state()).setup_intents;

describe('A setup', () => {
  it('that the server confirms saves the card for the customer, and carries our id', async () => {
    const asked = setup();
    const sight = sightIn(await gateway.create(asked));
    expect(sight).toMatchObject({
      setupId: asked.id,
      stripeCustomer,
      seen: { status: 'succeeded', failure: null, nextAction: null },
      method: {
        stripeCustomer,
        details: { type: 'card', brand: 'visa', last4: '4242', funding: 'credit', country: 'US' },
      },
    });
    expect(sight.method!.details.expiry).toEqual({ year: expect.any(Number), month: expect.any(Number) });
    expect(sight.seen.paymentMethod).toBe(sight.method!.id);
    const [posted] = (await control.journal()).filter(({ path }) => path === '/v1/setup_intents');
    expect(posted).toMatchObject({ idempotencyKey: asked.idempotencyKey });
    const [intent] = await intents();
    expect(intent).toMatchObject({ usage: 'off_session', metadata: { cashdesk_setup: asked.id } });
  });

  it('is left to the browser, with what that needs', async () => {
    const answer = await gateway.create(setup({ paymentMethod: null, confirm: false }));
    expect(sightIn(answer)).toMatchObject({
      seen: { status: 'requires_payment_method', clientSecret: expect.stringContaining('_secret_') },
      method: null,
    });
    expect((await intents())[0]).toMatchObject({ automatic_payment_methods: { allow_redirects: 'always' } });
  });

  it('asks for authentication, with the address of the bank, and saves the card after it', async () => {
    const asked = setup({ paymentMethod: 'pm_card_authenticationRequired', returnUrl: 'https://shop.example/back' });
    const { seen } = sightIn(await gateway.create(asked));
    expect(seen).toMatchObject({ status: 'requires_action', nextAction: { type: 'redirect_to_url' } });
    expect(seen.redirectUrl).toMatch(/^http/);
    await control.authenticateSetup(seen.setupIntent, 'succeed');
    const reading = await gateway.read(seen.setupIntent);
    expect(reading).toMatchObject({
      kind: 'found',
      sight: { seen: { status: 'succeeded' }, method: { stripeCustomer } },
    });
  });

  it('whose authentication fails says so, and stays open', async () => {
    const asked = setup({ paymentMethod: 'pm_card_authenticationRequired', returnUrl: 'https://shop.example/back' });
    const { seen } = sightIn(await gateway.create(asked));
    await control.authenticateSetup(seen.setupIntent, 'fail');
    expect(await gateway.read(seen.setupIntent)).toMatchObject({
      kind: 'found',
      sight: {
        seen: { status: 'requires_payment_method', failure: { code: 'setup_intent_authentication_failure' } },
      },
    });
  });

  it('of a card that the bank declines is refused, and is there for another try', async () => {
    const answer = await gateway.create(setup({ paymentMethod: 'pm_card_chargeDeclinedInsufficientFunds' }));
    expect(answer).toMatchObject({
      kind: 'refused',
      failure: { code: 'card_declined', declineCode: 'insufficient_funds' },
      sight: { seen: { status: 'requires_payment_method', failure: { code: 'card_declined' } } },
    });
    expect(JSON.stringify(answer)).not.toContain('Your card');
  });

  it('of a method that Stripe has not is refused, and nothing was made', async () => {
    const answer = await gateway.create(setup({ paymentMethod: 'pm_none' }));
    expect(answer).toMatchObject({
      kind: 'refused',
      failure: { code: 'resource_missing', field: 'payment_method' },
      sight: null,
    });
    expect(await intents()).toEqual([]);
  });

  it('sent again under its key is the same one', async () => {
    const asked = setup();
    expect(await gateway.create(asked)).toEqual(await gateway.create(asked));
    expect(await intents()).toHaveLength(1);
  });
});

describe('What is not known', () => {
  it.each<[string, FaultDefinition, SetupAnswer['kind']]>([
    ['an answer that is lost', { kind: 'timeout_after_effect' }, 'unknown'],
    ['a request that is lost', { kind: 'timeout_before_effect' }, 'unknown'],
    ['a failure of Stripe', { kind: 'error' }, 'unknown'],
    ['too many requests', { kind: 'error', status: 429 }, 'never_reached'],
  ])('after %s', async (_what, fault, kind) => {
    await control.fault({ ...fault, match: { path: '/v1/setup_intents' } });
    expect((await new StripeSetupGateway(client(300)).create(setup())).kind).toBe(kind);
  });

  it('is nothing when there was no connection', async () => {
    const nobody = createStripeClient({ secretKey: 'sk_test_x', apiUrl: 'http://127.0.0.1:1' });
    expect((await new StripeSetupGateway(nobody).create(setup())).kind).toBe('never_reached');
    expect((await new StripeSetupGateway(nobody).read('seti_1')).kind).toBe('unavailable');
  });

  it('is found in the complete list of the customer', async () => {
    const asked = setup();
    for (let other = 0; other < 3; other++) await gateway.create(setup());
    expect((await gateway.findCreated(asked)).kind).toBe('missing');
    await gateway.create(asked);
    expect(await gateway.findCreated(asked)).toMatchObject({
      kind: 'found',
      sight: { setupId: asked.id, seen: { status: 'succeeded' }, method: { stripeCustomer } },
    });
  });

  it('is missing where Stripe has no such setup, or no such customer', async () => {
    expect((await gateway.read('seti_none')).kind).toBe('missing');
    expect((await gateway.findCreated(setup({ stripeCustomer: 'cus_none' }))).kind).toBe('missing');
  });
});
