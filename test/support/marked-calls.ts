import { createHmac } from 'node:crypto';
import type { Canary } from './canary';
import type { House } from './house';
import { markedJobCalls } from './marked-job-calls';
import { eventually, token, WEBHOOK_SECRET, type Answer } from './running-service';

const BILLING = '/api/v1/billing';
const CUSTOMERS = '/api/v1/customers';
const PAYMENTS = '/api/v1/payments';
const REFUNDS = '/api/v1/refunds';

/** Marked calls that succeed, and some that fail at Stripe, by the operation of the API's document. */
export class MarkedCalls {
  readonly byOperation: Readonly<Record<string, () => Promise<unknown>>>;
  #calls = 0;

  constructor(
    private readonly house: House,
    private readonly canary: Canary,
  ) {
    this.byOperation = { ...this.#own, ...markedJobCalls(house, canary) };
  }

  /** A route that is in the document and not here has nobody who sends personal data through it. */
  readonly #own: Readonly<Record<string, () => Promise<unknown>>> = {
    'POST /api/v1/customers': () => this.ok(this.customer()),
    'GET /api/v1/customers': () => this.ok(this.get(CUSTOMERS)),
    'POST /api/v1/customers/search': async () => {
      await this.ok(this.post(`${CUSTOMERS}/search`, { email: this.canary.email('personemail') }));
      await this.ok(this.post(`${CUSTOMERS}/search`, { email: this.canary.email('nobodysemail') }));
    },
    'GET /api/v1/customers/{id}': async () => {
      const { id } = await this.ok(this.customer());
      await this.ok(this.get(`${CUSTOMERS}/${id}`));
    },
    'PATCH /api/v1/customers/{id}': async () => {
      const { id } = await this.ok(this.customer());
      await this.ok(this.send('PATCH', `${CUSTOMERS}/${id}`, { name: this.canary.text('newname') }));
    },
    'POST /api/v1/customers/{id}/setups': async () => {
      await this.setup(await this.markedMethod('4242424242424242'));
      await this.setup('pm_card_authenticationRequired');
    },
    'GET /api/v1/customers/{id}/setups/{setupId}': async () => {
      const { customer, id } = await this.setup('pm_card_authenticationRequired');
      await this.ok(this.get(`${CUSTOMERS}/${customer}/setups/${id}`));
    },
    'GET /api/v1/customers/{id}/payment-methods': async () => {
      const { customer } = await this.setup('pm_card_visa');
      await this.ok(this.get(`${CUSTOMERS}/${customer}/payment-methods`));
    },
    'POST /api/v1/customers/{id}/payment-methods/{paymentMethod}/default': async () => {
      const { customer, paymentMethod } = await this.setup('pm_card_visa');
      await this.ok(this.post(`${CUSTOMERS}/${customer}/payment-methods/${paymentMethod}/default`, {}));
    },
    'DELETE /api/v1/customers/{id}/payment-methods/{paymentMethod}': async () => {
      const { customer, paymentMethod } = await this.setup('pm_card_visa');
      await this.ok(this.send('DELETE', `${CUSTOMERS}/${customer}/payment-methods/${paymentMethod}`));
    },
    'GET /api/v1/payment-methods/expiring': () => this.ok(this.get('/api/v1/payment-methods/expiring')),
    'POST /api/v1/payments': async () => {
      const method = await this.markedMethod('4242424242424242');
      await this.ok(this.pay({ paymentMethod: method, confirm: true }));
      const declined = await this.pay({ paymentMethod: 'pm_card_visa_chargeDeclined', confirm: true });
      this.expect(declined, 402);
      this.expect(await this.pay({ paymentMethod: 'pm_thatdoesnotexist', confirm: true }), 422);
    },
    'GET /api/v1/payments': () => this.ok(this.get(`${PAYMENTS}?reference=${this.canary.text('searched')}`)),
    'POST /api/v1/payments/{id}/confirm': async () => {
      const { id } = await this.ok(this.pay());
      const body = { paymentMethod: 'pm_card_threeDSecure2Required', returnUrl: this.canary.url('confirmedreturn') };
      await this.ok(this.post(`${PAYMENTS}/${id}/confirm`, body));
    },
    'POST /api/v1/payments/{id}/capture': async () => {
      const { id } = await this.ok(this.pay({ paymentMethod: 'pm_card_visa', confirm: true, captureMethod: 'manual' }));
      this.expect(await this.post(`${PAYMENTS}/${id}/capture`, { amount: 100 }), 200);
      this.expect(await this.post(`${PAYMENTS}/${id}/capture`, { amount: 100 }), 409);
    },
    'POST /api/v1/payments/{id}/cancel': async () => {
      const { id } = await this.ok(this.pay());
      this.expect(await this.post(`${PAYMENTS}/${id}/cancel`, { reason: 'duplicate' }), 200);
    },
    'GET /api/v1/payments/{id}': async () => {
      const { id } = await this.ok(this.pay());
      await this.ok(this.get(`${PAYMENTS}/${id}?who=${this.canary.text('query')}`));
    },
    'GET /api/v1/payments/{id}/timeline': async () => {
      const { id } = await this.ok(this.pay());
      await this.ok(this.get(`${PAYMENTS}/${id}/timeline`));
    },
    'POST /api/v1/refunds': async () => {
      const { id } = await this.refund(true);
      await this.ok(this.get(`${REFUNDS}/${id}`));
      const { id: paymentId } = await this.ok(this.pay());
      this.expect(await this.post(REFUNDS, { paymentId, note: this.canary.text('refusednote') }), 409);
    },
    'GET /api/v1/refunds': () => this.ok(this.get(REFUNDS)),
    'GET /api/v1/refunds/{id}': async () => {
      const { id } = await this.refund(false);
      await this.ok(this.get(`${REFUNDS}/${id}`));
    },
    'POST /api/v1/refunds/{id}/approve': () => this.decide('approve'),
    'POST /api/v1/refunds/{id}/reject': () => this.decide('reject'),
    'POST /api/v1/refunds/{id}/withdraw': () => this.decide('withdraw'),
    'POST /api/v1/refunds/quote': async () => {
      const { id: paymentId } = await this.ok(this.pay({ paymentMethod: 'pm_card_visa', confirm: true }));
      await this.ok(this.post('/api/v1/refunds/quote', { paymentId, amount: 100 }));
      this.expect(await this.post('/api/v1/refunds/quote', { paymentId, amount: 5_000 }), 409);
    },
    'POST /api/v1/billing/refunds/quote': async () => {
      const { bearer, id: paymentId } = await this.ownPayment();
      this.expect(await this.send('POST', `${BILLING}/refunds/quote`, { paymentId }, bearer), 409);
    },
    'GET /api/v1/billing/history': async () => {
      const { bearer } = await this.ownPayment();
      await this.ok(this.send('GET', `${BILLING}/history`, undefined, bearer));
    },
    'GET /api/v1/billing/payments/{id}': async () => {
      const { bearer, id } = await this.ownPayment();
      await this.ok(this.send('GET', `${BILLING}/payments/${id}`, undefined, bearer));
    },
    'POST /api/v1/billing/confirm-payment': async () => {
      const { bearer, id } = await this.ownPayment();
      const method = await this.markedMethod('4242424242424242');
      const body = { paymentId: id, paymentMethod: method, returnUrl: this.canary.url('ownreturn') };
      await this.ok(this.send('POST', `${BILLING}/confirm-payment`, body, bearer));
    },
    'POST /api/v1/billing/payment-methods/setups': async () => {
      await this.ownSetup(await this.markedMethod('4242424242424242'));
      await this.ownSetup('pm_card_authenticationRequired');
    },
    'GET /api/v1/billing/payment-methods/setups/{id}': async () => {
      const { bearer, id } = await this.ownSetup('pm_card_authenticationRequired');
      await this.ok(this.send('GET', `${BILLING}/payment-methods/setups/${id}`, undefined, bearer));
    },
    'GET /api/v1/billing/payment-methods': async () => {
      const { bearer } = await this.ownSetup('pm_card_visa');
      await this.ok(this.send('GET', `${BILLING}/payment-methods`, undefined, bearer));
    },
    'POST /api/v1/billing/payment-methods/{paymentMethod}/default': async () => {
      const { bearer, paymentMethod } = await this.ownSetup('pm_card_visa');
      await this.ok(this.send('POST', `${BILLING}/payment-methods/${paymentMethod}/default`, {}, bearer));
    },
    'DELETE /api/v1/billing/payment-methods/{paymentMethod}': async () => {
      const { bearer, paymentMethod } = await this.ownSetup('pm_card_visa');
      await this.ok(this.send('DELETE', `${BILLING}/payment-methods/${paymentMethod}`, undefined, bearer));
    },
    'POST /api/v1/webhooks/stripe': async () => {
      this.expect(await this.deliver(this.event('evt_canary')), 200);
      this.expect(await this.deliver({ ...this.event('evt_other'), livemode: true }), 400);
      this.expect(await this.deliver(this.canary.text('noevent')), 400);
    },
    'GET /api/v1/disputes': () => this.ok(this.get('/api/v1/disputes')),
    'GET /api/v1/disputes/{id}': async () => {
      await this.ok(this.get(`/api/v1/disputes/${await this.dispute()}`));
    },
    'POST /api/v1/disputes/{id}/evidence': async () => {
      const id = await this.dispute();
      const evidence = `/api/v1/disputes/${id}/evidence`;
      await this.ok(this.post(evidence, this.evidence()));
      this.expect(await this.post(evidence, { texts: { customer_name: this.canary.text('evidencename') } }), 200);
      this.expect(await this.post(evidence, { files: { receipt: this.canary.text('wrongfile') } }), 400);
    },
    'POST /api/v1/disputes/{id}/submit-evidence': async () => {
      const id = await this.dispute();
      await this.ok(this.post(`/api/v1/disputes/${id}/evidence`, this.evidence()));
      this.expect(await this.post(`/api/v1/disputes/${id}/submit-evidence`, {}), 200);
      this.expect(await this.post(`/api/v1/disputes/${id}/submit-evidence`, {}), 409);
    },
    'GET /api/v1/admin/audit': () => this.ok(this.get(`/api/v1/admin/audit?principal=${this.canary.text('searched')}`)),
    'GET /api/health': () => this.ok(this.get('/api/health')),
    'GET /api/health/live': () => this.ok(this.get('/api/health/live')),
    'GET /api/health/ready': () => this.ok(this.get('/api/health/ready')),
    'GET /api/health/startup': () => this.ok(this.get('/api/health/startup')),
  };

  /** Wrong in every way that can be thought of. Whatever the operation is, none of it may end in a 5xx. */
  async storm(method: string, path: string): Promise<void> {
    const { canary } = this;
    const query = `?${canary.text('queryname')}=${canary.text('queryvalue')}&email=${canary.email('queryemail')}`;
    const url = `${path.replaceAll(/\{\w+\}/g, canary.text('path'))}${query}`;
    const bodies = [
      `{"name": "${canary.text('badjson')}"`,
      JSON.stringify({ [canary.text('unknownname')]: canary.text('unknownvalue') }),
      JSON.stringify({
        email: [canary.text('wrongtype')],
        name: { [canary.text('nestedname')]: 1 },
        metadata: canary.text('wrongmetadata'),
      }),
      JSON.stringify({
        name: `${canary.text('long')}${'x'.repeat(6_000)}`,
        description: canary.text('long').repeat(500),
      }),
      `${canary.text('toolarge')}${'x'.repeat(110_000)}`,
    ];
    const customer = await token({ role: 'customer', subject: canary.text('subject') });
    const bearers = [this.house.apiKey, customer, `ck_${canary.text('wrongkey')}`, canary.text('wrongtoken')];
    for (const bearer of bearers) {
      for (const body of method === 'GET' || method === 'DELETE' ? [undefined] : bodies) {
        const headers = { ...this.headers(bearer), 'idempotency-key': this.key() };
        this.expect(await this.house.service.send(method, url, body, headers), 'no 5xx');
      }
    }
    if (method === 'GET' || method === 'DELETE') return;
    const text = { ...this.headers(this.house.apiKey), 'content-type': 'text/plain' };
    this.expect(await this.house.service.send(method, url, canary.text('plaintext'), text), 'no 5xx');
  }

  /** Stripe is away: nothing is known of what was asked, and it is asked again later. */
  async withStripeAway(): Promise<void> {
    const answer = await this.pay({ paymentMethod: 'pm_card_visa', confirm: true });
    this.expect(answer, 503);
  }

  /** With a fault set at Stripe that its answer quotes. */
  async withStripeFailing(): Promise<void> {
    this.expect(await this.pay({ paymentMethod: 'pm_card_visa', confirm: true }), 202);
  }

  pay(more: object = {}): Promise<Answer> {
    const { canary } = this;
    return this.post(PAYMENTS, {
      ...{ amount: 4999, currency: 'gbp', reference: this.key() },
      description: `for ${canary.text('description')}`,
      metadata: { [canary.text('metadataname')]: canary.text('metadatavalue') },
      ...('confirm' in more ? { returnUrl: canary.url('return') } : {}),
      ...more,
    });
  }

  /** Saves a payment method of a new customer. */
  private async setup(paymentMethod: string): Promise<Record<'id' | 'customer' | 'paymentMethod', string>> {
    const { id: customer = '' } = await this.ok(this.customer());
    const consent = { textVersion: 'cards-1', address: this.canary.networkAddress() };
    const body = { consent, paymentMethod, confirm: true, returnUrl: this.canary.url('setupreturn') };
    const { id = '', ...setup } = await this.ok(this.post(`${CUSTOMERS}/${customer}/setups`, body));
    return { id, customer, paymentMethod: setup.paymentMethod ?? '' };
  }

  /** A payment of a customer, and the token with which they come. */
  private async ownPayment(): Promise<{ readonly bearer: string; readonly id: string }> {
    const subject = this.subject();
    const { id: customer } = await this.ok(this.customer(subject));
    const { id = '' } = await this.ok(this.pay({ customer }));
    return { bearer: await token({ role: 'customer', subject }), id };
  }

  /** @param atOnce by who may do it alone; else it waits for a decision. */
  private async refund(atOnce: boolean): Promise<Record<string, string>> {
    const { id: paymentId } = await this.ok(this.pay({ paymentMethod: 'pm_card_visa', confirm: true }));
    const bearer = atOnce ? this.house.apiKey : await token({ role: 'support', subject: 'sue' });
    return this.ok(this.send('POST', REFUNDS, { paymentId, note: this.canary.text('refundnote') }, bearer));
  }

  private async decide(what: 'approve' | 'reject' | 'withdraw'): Promise<void> {
    const { id } = await this.refund(false);
    const note = this.canary.text(`${what}note`);
    await this.ok(this.post(`${REFUNDS}/${id}/${what}`, { note }));
    this.expect(await this.post(`${REFUNDS}/${id}/${what}`, { note }), 409);
  }

  /** Somebody of whom nothing is known saves a payment method, and comes with this token. */
  private async ownSetup(paymentMethod: string): Promise<Record<'bearer' | 'id' | 'paymentMethod', string>> {
    const bearer = await token({ role: 'customer', subject: this.subject() });
    const consent = { textVersion: 'cards-1' };
    const body = { consent, paymentMethod, confirm: true, returnUrl: this.canary.url('ownsetupreturn') };
    const setup = await this.ok(this.send('POST', `${BILLING}/payment-methods/setups`, body, bearer));
    return { bearer, id: setup.id ?? '', paymentMethod: setup.paymentMethod ?? '' };
  }

  private subject(): string {
    return this.canary.text(`subjectof${this.key().replace('-', '')}`);
  }

  private customer(subject = this.subject()): Promise<Answer> {
    const { canary } = this;
    return this.post(CUSTOMERS, {
      subject,
      email: canary.email('personemail'),
      name: canary.text('personname'),
      phone: canary.phone(),
      address: {
        line1: canary.text('personlineone'),
        line2: canary.text('personlinetwo'),
        city: canary.text('personcity'),
        state: canary.text('personstate'),
        postalCode: canary.text('personpost'),
        country: 'GB',
      },
      metadata: { [canary.text('personmetaname')]: canary.text('personmetavalue') },
    });
  }

  private event(id: string): object {
    const { canary } = this;
    const address = { line1: canary.text('line'), city: canary.text('city'), postal_code: canary.text('postcode') };
    const billing = { name: canary.text('name'), email: canary.email('email'), phone: canary.text('phone'), address };
    const object = { id: 'ch_canary', object: 'charge', payment_intent: 'pi_canary', billing_details: billing };
    return {
      ...{ id, object: 'event', api_version: '2026-07-29', created: Math.trunc(Date.now() / 1_000), livemode: false },
      ...{ type: 'charge.succeeded', data: { object: { ...object, receipt_email: canary.email('receipt') } } },
    };
  }

  private deliver(event: object | string): Promise<Answer> {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    const time = String(Math.trunc(Date.now() / 1_000));
    const signature = createHmac('sha256', WEBHOOK_SECRET).update(`${time}.${body}`).digest('hex');
    const headers = { 'stripe-signature': `t=${time},v1=${signature}`, 'user-agent': this.canary.text('agent') };
    return this.house.service.send('POST', '/api/v1/webhooks/stripe', body, headers);
  }

  /** A card at Stripe whose owner's details come back with every charge, and with every event of one. */
  private async markedMethod(number: string): Promise<string> {
    const { canary } = this;
    const form = new URLSearchParams({
      type: 'card',
      'card[number]': number,
      'card[exp_month]': '12',
      'card[exp_year]': '2040',
      'card[cvc]': '123',
      'billing_details[name]': canary.text('cardname'),
      'billing_details[email]': canary.email('cardemail'),
      'billing_details[phone]': canary.text('cardphone'),
      'billing_details[address][line1]': canary.text('cardlineone'),
      'billing_details[address][line2]': canary.text('cardlinetwo'),
      'billing_details[address][city]': canary.text('cardcity'),
      'billing_details[address][postal_code]': canary.text('cardpostcode'),
    });
    const headers = { authorization: 'Bearer sk_test_end_to_end' };
    const answer = await fetch(`${this.house.stripeUrl}/v1/payment_methods`, { method: 'POST', body: form, headers });
    const made = (await answer.json()) as { id?: string; error?: unknown };
    if (made.id === undefined) throw new Error(JSON.stringify(made.error));
    return made.id;
  }

  private headers(bearer: string): Record<string, string> {
    const { canary } = this;
    return {
      authorization: `Bearer ${bearer}`,
      'user-agent': canary.text('agent'),
      referer: canary.url('referer'),
      cookie: `who=${canary.text('cookie')}`,
      'x-forwarded-for': canary.text('forwarded'),
      'x-request-id': canary.text('requestid'),
    };
  }

  private get(path: string): Promise<Answer> {
    return this.house.service.send('GET', path, undefined, this.headers(this.house.apiKey));
  }

  private post(path: string, body: object): Promise<Answer> {
    return this.send('POST', path, body);
  }

  private send(method: string, path: string, body?: object, bearer = this.house.apiKey): Promise<Answer> {
    const headers = { ...this.headers(bearer), 'idempotency-key': this.key() };
    return this.house.service.send(method, path, body === undefined ? undefined : JSON.stringify(body), headers);
  }

  /** Of a payment of its own, once Cashdesk knows of it. */
  private async dispute(): Promise<string> {
    await this.ok(this.pay({ paymentMethod: 'pm_card_visa', confirm: true }));
    const { charges } = await this.house.stripe.state();
    const charge = charges.find(({ captured, disputed, status }) => captured && !disputed && status === 'succeeded');
    const { id } = await this.house.stripe.openDispute(charge?.id ?? '');
    await eventually(async () => {
      this.expect(await this.get(`/api/v1/disputes/${id}`), 200);
    });
    return id;
  }

  private evidence(): object {
    const { canary } = this;
    const file = Buffer.from(`%PDF-1.7 ${canary.text('evidencebytes')}`).toString('base64');
    return {
      texts: {
        product_description: canary.text('evidencetext'),
        customer_email_address: canary.email('evidenceemail'),
      },
      files: { receipt: { name: `${canary.text('evidencefile')}.pdf`, content: file } },
    };
  }

  private key(): string {
    return `call-${String(++this.#calls)}`;
  }

  private async ok(asked: Promise<Answer>): Promise<Record<string, string>> {
    const answer = await asked;
    if (answer.status >= 300) throw new Error(`${String(answer.status)} ${answer.text}`);
    return answer.body as Record<string, string>;
  }

  private expect(answer: Answer, status: number | 'no 5xx'): void {
    const isFine = status === 'no 5xx' ? answer.status < 500 : answer.status === status;
    if (!isFine) throw new Error(`${String(answer.status)} instead of ${String(status)}: ${answer.text}`);
  }
}
