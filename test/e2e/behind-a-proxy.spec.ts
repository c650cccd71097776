import { everySealedText } from '../support/canary';
import { House } from '../support/house';
import { SEALING_KEY, token } from '../support/running-service';

const CLIENT = '203.0.113.9';

describe.each([
  ['that is trusted', { TRUSTED_PROXIES: '10.0.0.0/8,127.0.0.1' }, CLIENT],
  ['that nobody said to trust', {}, '127.0.0.1'],
])('behind a proxy %s', (_which, env, from) => {
  let house: House;

  beforeAll(async () => {
    house = await House.build();
    await house.open({ env: { ...env, STRIPE_WEBHOOK_ALLOWED_IPS: from } });
  });
  afterAll(() => house.tearDown());

  /** The first address is what anybody may have written there. */
  const forwarded = (client: string) => ({ 'x-forwarded-for': `198.51.100.1, ${client}` });

  it(`a consent is given from ${from}`, async () => {
    const bearer = await token({ role: 'customer', subject: 'auth|ada' });
    const body = JSON.stringify({ consent: { textVersion: 'cards-3' } });
    const headers = { authorization: `Bearer ${bearer}`, ...forwarded(CLIENT) };
    const { status } = await house.service.send('POST', '/api/v1/billing/payment-methods/setups', body, headers);
    expect(status).toBe(201);
    const sealed = await everySealedText(house.database.url, SEALING_KEY);
    const consents = sealed.filter(({ column }) => column === 'setups.consent').map(({ text }) => text);
    expect(consents).toEqual([expect.stringContaining(`"${from}"`)]);
  });

  it(`the allow-list for webhooks is asked about ${from}`, async () => {
    const deliver = (client: string) =>
      house.service.send('POST', '/api/v1/webhooks/stripe', '{}', { 'stripe-signature': 'none', ...forwarded(client) });
    expect((await deliver(CLIENT)).body.code).toBe('webhook_signature_invalid');
    const other = from === CLIENT ? 'webhook_source_refused' : 'webhook_signature_invalid';
    expect((await deliver('203.0.113.10')).body.code).toBe(other);
  });
});
