import { House } from '../support/house';
import { eventually, token, WEBHOOK_SECRET } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';

describe('the log', () => {
  let house: House;
  const secrets: string[] = [];

  beforeAll(async () => {
    house = await House.build();
    await house.open({ env: { LOG_LEVEL: 'trace', SLOW_QUERY_MS: '1' } });
    const body = {
      amount: 4999,
      currency: 'gbp',
      description: 'for Ada Marker',
      metadata: { note: 'marker of metadata' },
    };
    const open = await house.service.post(PAYMENTS, 'the marked key', { ...body, reference: 'open' });
    const bearer = await token({ role: 'admin', subject: 'ada' });
    await house.service.get(`${PAYMENTS}/${String(open.body.id)}?`, bearer);
    await house.service.get(PAYMENTS, 'ck_marked_and_wrong');
    await house.service.send('POST', PAYMENTS, '{"broken": "marker of a broken body"', {
      authorization: `Bearer ${bearer}`,
    });
    const declined = { paymentMethod: 'pm_card_visa_chargeDeclined', confirm: true, reference: 'declined' };
    await house.service.post(PAYMENTS, 'declined', { ...body, ...declined });
    await house.assertOracles();
    secrets.push(String(open.body.clientSecret), bearer, house.apiKey, WEBHOOK_SECRET, 'sk_test_end_to_end');
    secrets.push('Ada Marker', 'marker of metadata', 'marker of a broken body', 'ck_marked_and_wrong', 'whsec_');
    await eventually(() => {
      expect(house.service.output).toContain('requestId');
      return Promise.resolve();
    });
  });
  afterAll(() => house.tearDown());

  it('holds no key, token, client secret, or anything that a caller wrote about a person', () => {
    expect(secrets.filter((secret) => secret.length < 5)).toEqual([]);
    expect(secrets.filter((secret) => house.service.output.includes(secret))).toEqual([]);
  });

  it('carries a request id on each line', () => {
    const lines = house.service.output.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.length).toBeGreaterThan(5);
    const without = lines.filter((line) => typeof (JSON.parse(line) as { requestId?: unknown }).requestId !== 'string');
    expect(without).toEqual([]);
  });
});
