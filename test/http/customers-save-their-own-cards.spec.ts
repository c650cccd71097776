import { ALICE, CUSTOMER_ID, NOW } from './support/fakes';
import { HttpFixture, type FixtureOptions } from './support/http-app';

const METHODS = '/api/v1/billing/payment-methods';
const SETUPS = `${METHODS}/setups`;
const SAVE = { consent: { textVersion: 'cards-3' }, paymentMethod: 'pm_1', confirm: true };

let http: HttpFixture;
beforeEach(() => open());
afterEach(() => http.app.close());

async function open(options: FixtureOptions = {}): Promise<void> {
  http = await HttpFixture.start(options);
}

interface Given {
  readonly who?: string;
  readonly headers?: Record<string, string>;
}

const save = (body: object = {}, { who = 'alice', headers = {} }: Given = {}) =>
  http.ask({ method: 'POST', url: SETUPS, bearer: `customer/${who}`, headers, body: { ...SAVE, ...body } });
const get = (url: string, who = 'alice') => http.ask({ url, bearer: `customer/${who}` });
const act = (method: 'POST' | 'DELETE', url: string, who = 'alice') =>
  http.ask({ method, url, bearer: `customer/${who}` });
const stored = () => http.customers.store.tables;

describe('A customer who saves a card', () => {
  it('is shown what became of it, and finds it among their own', async () => {
    const { status, json } = await save();
    expect(status).toBe(201);
    expect(json).toMatchObject({ customer: ALICE, status: 'succeeded', paymentMethod: 'pm_1', usage: 'off_session' });
    const { json: list } = await get(METHODS);
    expect(list.data).toMatchObject([{ id: 'pm_1', customer: ALICE, default: true, consent: json.consent }]);
  });

  it('is given the client secret, for they finish it in their browser', async () => {
    const { status, json } = await save({ paymentMethod: null, confirm: false });
    expect([status, json.status]).toEqual([201, 'requires_payment_method']);
    expect(json.clientSecret).toMatch(/_secret_/);
    expect((await get(`${SETUPS}/${String(json.id)}`)).json).toEqual(json);
  });

  it('consents now and from where they are, whatever the request says of that', async () => {
    const { json, text } = await save({}, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(json.consent).toEqual({ textVersion: 'cards-3', at: NOW.toISOString() });
    expect(http.customers.setup.consent).toEqual({ textVersion: 'cards-3', at: NOW, address: '127.0.0.1' });
    expect(text).not.toContain('127.0.0.1');
  });

  it('consents from where a proxy that is trusted says they are', async () => {
    await http.app.close();
    await open({ trustedProxies: ['127.0.0.1'] });
    await save({}, { headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' } });
    expect(http.customers.setup.consent.address).toBe('203.0.113.9');
  });

  it.each<[string, object, string]>([
    ['whose it is', { customer: CUSTOMER_ID }, 'customer'],
    ['whose it is by another name', { customerId: CUSTOMER_ID }, 'customerId'],
    ['an address', { consent: { textVersion: 'a', address: '192.0.2.17' } }, 'consent'],
    ['a time', { consent: { textVersion: 'a', at: '2026-06-01T11:59:00Z' } }, 'consent'],
    ['no version of the text', { consent: {} }, 'consent'],
    ['no consent', { consent: undefined }, 'consent'],
    ['an empty consent', { consent: null }, 'consent'],
    ['a list for a consent', { consent: ['cards-3'] }, 'consent'],
    ['a return to nowhere', { returnUrl: 'javascript:alert(1)' }, 'returnUrl'],
    ['another use', { usage: 'always' }, 'usage'],
  ])('cannot send %s', async (_what, body, field) => {
    const { status, json } = await save(body);
    expect([status, json.code]).toEqual([400, 'invalid_request']);
    expect(json.errors).toMatchObject([{ field }]);
    expect(stored().setups.size).toBe(0);
  });

  it('saves it once with one key, and not as somebody else', async () => {
    const headers = { 'idempotency-key': 'k' };
    const [first, again] = [await save({}, { headers }), await save({}, { headers })];
    expect([again.status, again.json]).toEqual([201, first.json]);
    const other = await save({ usage: 'on_session' }, { headers });
    expect([other.status, other.json.code]).toEqual([409, 'idempotency_key_reused']);
    expect(stored().setups.size).toBe(1);
    const bobs = await save({ paymentMethod: 'pm_2' }, { who: 'bob', headers });
    expect([bobs.status, bobs.json.paymentMethod]).toEqual([201, 'pm_2']);
  });

  it('is not shown what their subject saved with the same key while it was another customer', async () => {
    const headers = { 'idempotency-key': 'k' };
    await save({ paymentMethod: null, confirm: false }, { headers });
    await http.customers.patch(ALICE, { subject: null });
    const again = await save({ paymentMethod: null, confirm: false }, { headers });
    expect([again.status, again.json.code]).toEqual([409, 'idempotency_key_reused']);
    expect(again.text).not.toContain('_secret_');
  });

  it('whose bank declines is told so', async () => {
    const { status, json } = await save({ paymentMethod: 'pm_declined' });
    expect([status, json.code, json.declineCode]).toEqual([402, 'card_declined', 'insufficient_funds']);
  });
});

describe('Somebody of whom nothing is known', () => {
  it('has no cards, and looking does not make them a customer', async () => {
    const before = stored().customers.size;
    expect((await get(METHODS, 'stranger')).json).toEqual({ data: [] });
    expect((await get(`${SETUPS}/set_1`, 'stranger')).json.code).toBe('setup_not_found');
    expect((await act('DELETE', `${METHODS}/pm_1`, 'stranger')).json.code).toBe('payment_method_not_found');
    expect((await act('POST', `${METHODS}/pm_1/default`, 'stranger')).json.code).toBe('payment_method_not_found');
    expect(stored().customers.size).toBe(before);
  });

  it('becomes a customer with their first card, and the same one with the next', async () => {
    const before = stored().customers.size;
    const both = [save({}, { who: 'eve' }), save({ paymentMethod: 'pm_2' }, { who: 'eve' })];
    const answers = [...(await Promise.all(both)), await save({ paymentMethod: 'pm_3' }, { who: 'eve' })];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ json }) => json.customer)).size).toBe(1);
    expect(stored().customers.size).toBe(before + 1);
    expect((await get(METHODS, 'eve')).json.data).toHaveLength(3);
  });
});

describe('A card of a customer', () => {
  beforeEach(async () => {
    await save();
  });

  it('is made the default, and detached, by themselves', async () => {
    await save({ paymentMethod: 'pm_2' });
    const chosen = await act('POST', `${METHODS}/pm_2/default`);
    expect([chosen.status, chosen.json.default]).toEqual([200, true]);
    const detached = await act('DELETE', `${METHODS}/pm_2`);
    expect([detached.status, detached.json.status]).toEqual([200, 'detached']);
    expect((await get(METHODS)).json.data).toMatchObject([{ id: 'pm_1' }]);
    expect((await act('POST', `${METHODS}/pm_2/default`)).json.code).toBe('payment_method_detached');
  });

  it('whose detachment is not known is 202', async () => {
    http.customers.cards.strike('lost_before');
    const { status, json } = await act('DELETE', `${METHODS}/pm_1`);
    expect([status, json.status]).toEqual([202, 'detaching']);
  });

  it.each(['bob', 'stranger'])('is for %s as one that nobody has', async (who) => {
    const [setup = ''] = stored().setups.keys();
    const asked = (id: string, setupId: string) =>
      Promise.all([
        get(`${SETUPS}/${setupId}`, who),
        act('DELETE', `${METHODS}/${id}`, who),
        act('POST', `${METHODS}/${id}/default`, who),
      ]);
    const theirs = await asked('pm_1', setup);
    const nothing = await asked('pm_none', 'set_none');
    expect(theirs.map(({ status }) => status)).toEqual([404, 404, 404]);
    const bare = (answers: typeof theirs) => answers.map(({ json }) => ({ ...json, requestId: '' }));
    expect(bare(theirs)).toEqual(bare(nothing));
    expect((await get(METHODS, who)).json).toEqual({ data: [] });
    const taken = await save({}, { who });
    expect([taken.status, taken.json.code]).toEqual([404, 'payment_method_not_found']);
    expect((await get(METHODS)).json.data).toMatchObject([{ id: 'pm_1', status: 'saved', default: true }]);
  });

  it.each(['%00', '..%2f', 'pm%20_1', "'", 'pm_1%3b', 'pm_%C3%A9'])('has no id such as %s', async (id) => {
    expect((await act('DELETE', `${METHODS}/${id}`)).status).toBe(404);
    expect((await act('POST', `${METHODS}/${id}/default`)).status).toBe(404);
    expect((await get(`${SETUPS}/${id}`)).status).toBe(404);
  });
});
