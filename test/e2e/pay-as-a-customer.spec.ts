import { Clientele } from '../support/clientele';
import { House } from '../support/house';
import { eventually, token, type Answer } from '../support/running-service';

const PAYMENTS = '/api/v1/payments';
const BILLING = '/api/v1/billing';
const CARDS = `${BILLING}/payment-methods`;
const BACK = 'https://shop.example/back';

describe('a payment of a customer, end to end', () => {
  let house: House;
  let clientele: Clientele;
  let ada: string;
  let bob: string;
  let asAda: string;
  let asBob: string;

  beforeAll(async () => {
    house = await House.build();
    await house.open();
    clientele = await Clientele.of(house);
    [ada, bob] = [await clientele.customer('auth|ada'), await clientele.customer('auth|bob')];
    asAda = await token({ role: 'customer', subject: 'auth|ada' });
    asBob = await token({ role: 'customer', subject: 'auth|bob' });
  });
  afterAll(async () => {
    await clientele.close();
    await house.tearDown();
  });
  afterEach(async () => {
    await house.stripe.clearFaults();
    await house.assertOracles();
  });

  function create(reference: string, body: object = {}): Promise<Answer> {
    return house.service.post(PAYMENTS, `key of ${reference}`, {
      amount: 4999,
      currency: 'gbp',
      reference,
      customer: ada,
      ...body,
    });
  }

  function confirm(key: string, body: object, bearer = asAda): Promise<Answer> {
    return house.service.post(`${BILLING}/confirm-payment`, key, body, bearer);
  }

  async function intentOf(reference: string) {
    const { payment_intents: intents } = await house.stripe.state();
    const intent = intents.find(({ metadata }) => metadata.cashdesk_reference === reference);
    if (intent === undefined) throw new Error(`Stripe has no intent of ${reference}`);
    return intent;
  }

  /** What Stripe.js does with the secret. */
  async function inBrowser(clientSecret: string, paymentMethod: string): Promise<void> {
    const [intent = ''] = clientSecret.split('_secret_');
    const answer = await fetch(`${house.stripeUrl}/v1/setup_intents/${intent}/confirm`, {
      method: 'POST',
      body: new URLSearchParams({ client_secret: clientSecret, payment_method: paymentMethod, return_url: BACK }),
      headers: { authorization: 'Bearer pk_test_browser' },
    });
    expect(answer.status).toBe(200);
  }

  /** The customers of Stripe that stand for one of ours. */
  async function atStripe(customer: string): Promise<string[]> {
    const { customers } = await house.stripe.state();
    const theirs = customers.filter((each) => 'metadata' in each && each.metadata.cashdesk_customer === customer);
    return theirs.map(({ id }) => id);
  }

  it('is charged on session with a card that is kept for them, as the customer of Stripe', async () => {
    const card = await clientele.card(ada);
    const paid = await create('on session', { paymentMethod: card, confirm: true });
    expect([paid.status, paid.body.status]).toEqual([201, 'succeeded']);
    const intent = await intentOf('on session');
    expect(intent.payment_method).toBe(card);
    expect(await atStripe(ada)).toEqual([intent.customer]);
  });

  it('is finished by themselves, and stands in their history', async () => {
    const { body } = await create('by themselves');
    const paymentId = String(body.id);
    const own = await house.service.get(`${BILLING}/payments/${paymentId}`, asAda);
    expect(own.body).toMatchObject({ customerAction: 'choose_payment_method', clientSecret: body.clientSecret });
    const paid = await confirm('pay it', { paymentId, paymentMethod: 'pm_card_visa', returnUrl: BACK });
    expect([paid.status, paid.body.status]).toEqual([200, 'succeeded']);
    expect((await confirm('pay it', { paymentId, paymentMethod: 'pm_card_visa', returnUrl: BACK })).text).toBe(
      paid.text,
    );
    const history = await house.service.get(`${BILLING}/history?status=succeeded&limit=1`, asAda);
    expect((history.body.data as { id: string }[]).map(({ id }) => id)).toEqual([paymentId]);
    const timeline = await house.service.get(`${PAYMENTS}/${paymentId}/timeline`);
    expect(timeline.text).toContain('"cause":"customer:');
    expect(timeline.text).not.toContain('auth|ada');
  });

  it('is charged off session with the default card', async () => {
    const card = await clientele.card(ada);
    await clientele.setDefault(ada, card);
    const paid = await create('off session', { confirm: true, offSession: true });
    expect([paid.status, paid.body.status]).toEqual([201, 'succeeded']);
    expect((await intentOf('off session')).payment_method).toBe(card);
  });

  it('that the bank does not pay off session is authenticated by the customer afterwards', async () => {
    const card = await clientele.card(ada, 'pm_card_authenticationRequired');
    const declined = await create('asks', { confirm: true, offSession: true, paymentMethod: card });
    expect(declined.status).toBe(402);
    expect(declined.body).toMatchObject({
      code: 'authentication_required',
      detail: expect.stringContaining('/billing/confirm-payment'),
      payment: { status: 'requires_payment_method', customerAction: 'authenticate' },
    });
    const paymentId = String(declined.body.paymentId);
    const { text } = await house.service.get(`${PAYMENTS}/${paymentId}/timeline`);
    expect(text).toContain('payment.authentication_required');

    const asked = await house.service.get(`${BILLING}/payments/${paymentId}`, asAda);
    expect(asked.body).toMatchObject({ customerAction: 'authenticate', failure: { message: null } });
    const challenged = await confirm('now I am here', { paymentId, paymentMethod: card, returnUrl: BACK });
    expect(challenged).toMatchObject({
      status: 200,
      body: { status: 'requires_action', customerAction: 'authenticate' },
    });
    expect(challenged.body.nextAction).toMatchObject({ redirectUrl: expect.stringContaining('http') });
    await house.stripe.authenticate((await intentOf('asks')).id, 'succeed');
    await house.service.until(paymentId, 'succeeded');
    const paid = await house.service.get(`${BILLING}/payments/${paymentId}`, asAda);
    expect(paid.body).toMatchObject({ customerAction: null, failure: null });
  });

  it('is not begun while Stripe cannot be told of a new customer, and is with the same key later', async () => {
    const eve = await clientele.customer('auth|eve');
    await house.stripe.fault({ kind: 'reset_before_effect', match: { path: '/v1/customers' }, times: 0 });
    const refused = await create('too early', { customer: eve });
    expect([refused.status, refused.body.code]).toEqual([503, 'stripe_unreachable']);
    expect((await house.service.get(`${PAYMENTS}?reference=too+early`)).body.data).toEqual([]);
    await house.stripe.clearFaults();
    const made = await create('too early', { customer: eve });
    expect(made.status).toBe(201);
    expect(await atStripe(eve)).toHaveLength(1);
  });

  it("finds nothing of another customer's", async () => {
    const [card, theirs] = [await clientele.card(ada), await clientele.card(bob)];
    const { body } = await create('of ada');
    const paymentId = String(body.id);
    const nothing = paymentId.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    for (const id of [paymentId, nothing]) {
      expect((await house.service.get(`${BILLING}/payments/${id}`, asBob)).status).toBe(404);
      const paid = await confirm(`bob ${id}`, { paymentId: id, paymentMethod: theirs }, asBob);
      expect([paid.status, paid.body.code]).toEqual([404, 'payment_not_found']);
    }
    const history = await house.service.get(`${BILLING}/history`, asBob);
    expect(history.body.data).toEqual([]);
    const withTheirs = await confirm('ada with the card of bob', { paymentId, paymentMethod: theirs });
    expect([withTheirs.status, withTheirs.body.code]).toEqual([404, 'payment_method_not_found']);
    const ofBackend = await create('with the card of bob', { confirm: true, paymentMethod: theirs });
    expect([ofBackend.status, ofBackend.body.code]).toEqual([404, 'payment_method_not_found']);
    const ofNobody = await create('of nobody', { confirm: true, paymentMethod: card, customer: null });
    expect([ofNobody.status, ofNobody.body.code]).toEqual([404, 'payment_method_not_found']);
    expect((await house.service.get(`${PAYMENTS}?reference=of+nobody`)).body.data).toEqual([]);
    expect((await house.service.get(`${PAYMENTS}/${paymentId}`)).body.status).toBe('requires_payment_method');
  });

  it('is paid with a card that they saved themselves, in their browser, and that nobody else finds', async () => {
    const begun = await house.service.post(
      `${CARDS}/setups`,
      'save it',
      { consent: { textVersion: 'cards-3' } },
      asAda,
    );
    expect([begun.status, begun.body.status]).toEqual([201, 'requires_payment_method']);
    const setup = `${CARDS}/setups/${String(begun.body.id)}`;
    expect((await house.service.get(setup, asBob)).body.code).toBe('setup_not_found');
    await inBrowser(String(begun.body.clientSecret), 'pm_card_mastercard');
    const card = await eventually(async () => {
      const { body } = await house.service.get(setup, asAda);
      expect(body).toMatchObject({ status: 'succeeded', customer: ada, clientSecret: null });
      return String(body.paymentMethod);
    });
    const listed = await house.service.get(CARDS, asAda);
    expect(listed.body.data).toContainEqual(expect.objectContaining({ id: card, consent: begun.body.consent }));

    const theirs = [
      house.service.post(`${CARDS}/${card}/default`, 'bob wants it', {}, asBob),
      house.service.send('DELETE', `${CARDS}/${card}`, undefined, { authorization: `Bearer ${asBob}` }),
      house.service.post(
        `${CARDS}/setups`,
        'bob takes it',
        { consent: { textVersion: 'cards-3' }, paymentMethod: card, confirm: true },
        asBob,
      ),
    ];
    for (const { status, body } of await Promise.all(theirs)) {
      expect([status, body.code]).toEqual([404, 'payment_method_not_found']);
    }
    expect((await house.service.get(CARDS, asBob)).text).not.toContain(card);

    expect((await house.service.post(`${CARDS}/${card}/default`, 'ada has it', {}, asAda)).body.default).toBe(true);
    const paid = await create('with their own', { confirm: true, offSession: true });
    expect([paid.status, (await intentOf('with their own')).payment_method]).toEqual([201, card]);
    const forgotten = await house.service.send('DELETE', `${CARDS}/${card}`, undefined, {
      authorization: `Bearer ${asAda}`,
    });
    expect([forgotten.status, forgotten.body.status]).toEqual([200, 'detached']);
  });

  it('of somebody who comes for the first time can be paid with the card that they save then', async () => {
    const asEve = await token({ role: 'customer', subject: 'auth|eve at first' });
    expect((await house.service.get(CARDS, asEve)).body).toEqual({ data: [] });
    const saved = await house.service.post(
      `${CARDS}/setups`,
      'first',
      { consent: { textVersion: 'cards-3' }, paymentMethod: 'pm_card_visa', confirm: true },
      asEve,
    );
    expect([saved.status, saved.body.status]).toEqual([201, 'succeeded']);
    const customer = String(saved.body.customer);
    expect(await atStripe(customer)).toHaveLength(1);
    const paid = await create('of eve', { customer, confirm: true, offSession: true });
    expect([paid.status, paid.body.status]).toEqual([201, 'succeeded']);
    expect((await house.service.get(`${BILLING}/history`, asEve)).text).toContain(String(paid.body.id));
  });

  it('is nobody else’s who is signed in: staff have no billing, and customers no payments', async () => {
    expect((await house.service.get(`${BILLING}/history`)).status).toBe(403);
    expect((await house.service.get(PAYMENTS, asAda)).status).toBe(403);
    const stranger = await token({ role: 'customer', subject: 'auth|stranger' });
    expect((await house.service.get(`${BILLING}/history`, stranger)).body).toEqual({ data: [], nextCursor: null });
  });

  it('asked for fifty times at once with one key is one charge, one body, whatever the limit of the customer', async () => {
    const card = await clientele.card(ada);
    const ask = () => create('fifty', { confirm: true, paymentMethod: card });
    const answers = await Promise.all(Array.from({ length: 50 }, ask));
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    await eventually(async () => {
      const { charges } = await house.stripe.state();
      const intent = await intentOf('fifty');
      expect(charges.filter(({ payment_intent: of }) => of === intent.id)).toHaveLength(1);
    });
  });
});
