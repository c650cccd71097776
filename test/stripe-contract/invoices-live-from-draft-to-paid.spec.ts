import { draftOf, intentOf, newCustomer, openOf } from './biller';
import { contract, eventually, refusal } from '../support/stripe-contract';

const NOT_OPEN = "You can only pass in open invoices. This invoice isn't open.";

function idOf(reference: string | { id: string } | null): string {
  return typeof reference === 'string' ? reference : (reference?.id ?? '');
}

contract('The life of an invoice', (target) => {
  it('starts as a draft of the items that waited, the newest first', async () => {
    const customer = await newCustomer(target());
    const invoice = await draftOf(target(), customer.id, [1_000, 250]);

    expect(invoice).toMatchObject({
      status: 'draft',
      billing_reason: 'manual',
      auto_advance: false,
      number: null,
      amount_due: 1_250,
      amount_remaining: 1_250,
      attempt_count: 0,
      attempted: false,
      automatically_finalizes_at: null,
      collection_method: 'charge_automatically',
      ending_balance: null,
      effective_at: null,
      subtotal: 1_250,
      total: 1_250,
    });
    expect(invoice.lines.data.map(({ amount }) => amount)).toEqual([250, 1_000]);
  });

  it('leaves items alone that it was not told to take', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    await stripe.invoiceItems.create({ customer: customer.id, amount: 900, currency: 'gbp' });
    const invoice = await stripe.invoices.create({ customer: customer.id, currency: 'gbp' });

    expect(invoice).toMatchObject({ total: 0, lines: { data: [] } });
    expect((await stripe.invoiceItems.list({ customer: customer.id, pending: true })).data).toHaveLength(1);
  });

  it('is due to become final about an hour after it was drafted, if it advances by itself', async () => {
    const customer = await newCustomer(target());
    const invoice = await draftOf(target(), customer.id, [1_000], { auto_advance: true });

    expect(Math.abs((invoice.automatically_finalizes_at ?? 0) - invoice.created - 3_600)).toBeLessThanOrEqual(1);
    expect(invoice.next_payment_attempt).toBe(invoice.created + 3_600);

    const stopped = await target().stripe.invoices.update(invoice.id, { auto_advance: false });
    expect(stopped).toMatchObject({ automatically_finalizes_at: null, next_payment_attempt: null });
  });

  it('gets a number, an intent and a page when it becomes final, and is not charged by that', async () => {
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [3_000]);

    expect(open).toMatchObject({
      status: 'open',
      number: `${customer.invoice_prefix ?? ''}-0001`,
      attempted: false,
      attempt_count: 0,
      amount_due: 3_000,
      amount_paid: 0,
      starting_balance: 0,
      ending_balance: 0,
    });
    expect(open.effective_at).toBe(open.status_transitions.finalized_at);
    expect(open.hosted_invoice_url).toMatch(/^https?:\/\//);
    expect(await intentOf(target(), open.id)).toMatchObject({
      amount: 3_000,
      currency: 'gbp',
      customer: customer.id,
      status: 'requires_payment_method',
    });
  });

  it('counts the invoices of each customer', async () => {
    const customer = await newCustomer(target());
    const first = await openOf(target(), customer.id, [1_000]);
    const second = await openOf(target(), customer.id, [1_000]);

    expect([first.number?.slice(-5), second.number?.slice(-5)]).toEqual(['-0001', '-0002']);
  });

  it('becomes final once only', async () => {
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [1_000]);

    expect((await refusal(target().stripe.invoices.finalizeInvoice(open.id))).message).toBe(
      "This invoice is already finalized, you can't re-finalize a non-draft invoice.",
    );
  });

  it('is paid by becoming final when nothing is due', async () => {
    const customer = await newCustomer(target(), null);
    const paid = await openOf(target(), customer.id, []);

    expect(paid).toMatchObject({ status: 'paid', amount_due: 0, attempted: true, attempt_count: 0 });
    expect((await target().stripe.invoicePayments.list({ invoice: paid.id })).data).toEqual([]);
  });

  it('is paid with the default card, draft and all, by one call', async () => {
    const customer = await newCustomer(target());
    const invoice = await draftOf(target(), customer.id, [1_200]);

    const paid = await target().stripe.invoices.pay(invoice.id);

    expect(paid).toMatchObject({
      status: 'paid',
      amount_due: 1_200,
      amount_paid: 1_200,
      amount_remaining: 0,
      attempt_count: 1,
      attempted: true,
      auto_advance: false,
      next_payment_attempt: null,
    });
    expect((await refusal(target().stripe.invoices.pay(invoice.id))).message).toBe('Invoice is already paid');
  });

  it('says by what it was paid', async () => {
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [1_200]);
    await target().stripe.invoices.pay(open.id);

    const { data } = await target().stripe.invoicePayments.list({ invoice: open.id });
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      amount_paid: 1_200,
      amount_requested: 1_200,
      currency: 'gbp',
      invoice: open.id,
      is_default: true,
      status: 'paid',
      payment: { type: 'payment_intent' },
    });
    const intent = data[0]?.payment.payment_intent;
    const byIntent = await target().stripe.invoicePayments.list({
      payment: { type: 'payment_intent', payment_intent: typeof intent === 'string' ? intent : '' },
    });
    expect(byIntent.data.map(({ id }) => id)).toEqual([data[0]?.id]);
  });

  it('shows its payments and the secret of its intent to who asks for them', async () => {
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [1_200]);
    const intent = await intentOf(target(), open.id);

    const plain = await target().stripe.invoices.retrieve(open.id);
    expect(plain).not.toHaveProperty('confirmation_secret');
    expect(plain).not.toHaveProperty('payments');

    const expanded = await target().stripe.invoices.retrieve(open.id, { expand: ['confirmation_secret', 'payments'] });
    expect(expanded.confirmation_secret).toEqual({ client_secret: intent.client_secret, type: 'payment_intent' });
    expect(expanded.payments?.data.map(({ payment }) => payment.payment_intent)).toEqual([intent.id]);
  });

  it('is paid when its intent is confirmed by whoever pays', async () => {
    const customer = await newCustomer(target(), null);
    const open = await openOf(target(), customer.id, [4_200]);
    const intent = await intentOf(target(), open.id);

    await target().stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });

    const paid = await eventually(
      target(),
      () => target().stripe.invoices.retrieve(open.id),
      ({ status }) => status === 'paid',
    );
    expect(paid).toMatchObject({ amount_paid: 4_200, amount_remaining: 0, attempted: true });
  });

  it('is not attempted when the money came in another way', async () => {
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [4_400]);
    const paid = await target().stripe.invoices.pay(open.id, { paid_out_of_band: true });

    expect(paid).toMatchObject({ status: 'paid', amount_paid: 4_400, attempted: false, attempt_count: 0 });
    expect(await intentOf(target(), open.id)).toMatchObject({ status: 'canceled' });
  });

  it('counts what another intent of the customer collected', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [3_000]);
    const deposit = await stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'gbp',
      customer: customer.id,
      payment_method: idOf(customer.invoice_settings.default_payment_method),
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });

    const part = await stripe.invoices.attachPayment(open.id, { payment_intent: deposit.id });
    expect(part).toMatchObject({ status: 'open', amount_due: 3_000, amount_paid: 1_000, amount_remaining: 2_000 });
    expect(await stripe.invoices.pay(open.id)).toMatchObject({ status: 'paid', amount_paid: 3_000 });
    const { data } = await stripe.invoicePayments.list({ invoice: open.id });
    expect(data.map(({ amount_paid: amount, is_default: own }) => [amount, own])).toEqual([
      [1_000, false],
      [2_000, true],
    ]);
  });

  it('stays open after a decline, and says so', async () => {
    const customer = await newCustomer(target(), 'pm_card_chargeCustomerFail');
    const open = await openOf(target(), customer.id, [2_500]);

    const declined = await refusal(target().stripe.invoices.pay(open.id));
    expect(declined).toMatchObject({ statusCode: 402, type: 'StripeCardError', code: 'card_declined' });

    expect(await target().stripe.invoices.retrieve(open.id)).toMatchObject({
      status: 'open',
      amount_remaining: 2_500,
      attempted: true,
      attempt_count: 1,
    });
    expect(await intentOf(target(), open.id)).toMatchObject({ status: 'requires_payment_method' });
  });

  it('is paid with another card after a decline, which does not count as a further attempt', async () => {
    const customer = await newCustomer(target(), 'pm_card_chargeCustomerFail');
    const open = await openOf(target(), customer.id, [2_500]);
    await refusal(target().stripe.invoices.pay(open.id));

    const better = await target().stripe.paymentMethods.attach('pm_card_mastercard', { customer: customer.id });
    const paid = await target().stripe.invoices.pay(open.id, { payment_method: better.id });

    expect(paid).toMatchObject({ status: 'paid', attempt_count: 1 });
  });

  it('waits for the customer where their bank asks for them', async () => {
    const customer = await newCustomer(target(), 'pm_card_authenticationRequired');
    const open = await openOf(target(), customer.id, [2_500]);

    const waiting = await refusal(target().stripe.invoices.pay(open.id, { off_session: false }));
    expect(waiting).toMatchObject({ statusCode: 402, code: 'invoice_payment_intent_requires_action' });
    expect(await target().stripe.invoices.retrieve(open.id)).toMatchObject({ status: 'open', attempted: true });
    expect(await intentOf(target(), open.id)).toMatchObject({ status: 'requires_action' });
  });

  it('cannot be paid by a customer who has no card', async () => {
    const customer = await newCustomer(target(), null);
    const open = await openOf(target(), customer.id, [2_500]);

    expect(await refusal(target().stripe.invoices.pay(open.id))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      type: 'StripeInvalidRequestError',
    });
    expect(await target().stripe.invoices.retrieve(open.id)).toMatchObject({ attempted: false, attempt_count: 0 });
  });

  it('is voided, and keeps its amounts', async () => {
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [3_000]);
    const voided = await target().stripe.invoices.voidInvoice(open.id);

    expect(voided).toMatchObject({ status: 'void', amount_due: 3_000, amount_remaining: 3_000, auto_advance: false });
    expect(voided.status_transitions.voided_at).not.toBeNull();
    expect(await intentOf(target(), open.id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'void_invoice',
    });
    expect((await refusal(target().stripe.invoices.pay(open.id))).message).toBe(NOT_OPEN);
  });

  it('is not voided as a draft, nor once it was paid', async () => {
    const customer = await newCustomer(target());
    const draft = await draftOf(target(), customer.id, [3_000]);

    expect((await refusal(target().stripe.invoices.voidInvoice(draft.id))).message).toBe(NOT_OPEN);
    await target().stripe.invoices.pay(draft.id);
    expect((await refusal(target().stripe.invoices.voidInvoice(draft.id))).message).toBe(
      'Invoices with `paid` payments cannot be voided.',
    );
  });

  it('is written off, and can be paid all the same', async () => {
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [1_200]);
    const written = await target().stripe.invoices.markUncollectible(open.id);
    expect(written.status).toBe('uncollectible');
    expect((await refusal(target().stripe.invoices.markUncollectible(open.id))).message).toBe(
      'This invoice has already been marked uncollectible.',
    );

    expect(await target().stripe.invoices.pay(open.id)).toMatchObject({ status: 'paid', amount_paid: 1_200 });
  });

  it('is deleted only as a draft', async () => {
    const customer = await newCustomer(target());
    const draft = await draftOf(target(), customer.id, [1_200]);
    expect(await target().stripe.invoices.del(draft.id)).toMatchObject({ id: draft.id, deleted: true });
    expect(await refusal(target().stripe.invoices.retrieve(draft.id))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });

    const open = await openOf(target(), customer.id, [1_200]);
    expect((await refusal(target().stripe.invoices.del(open.id))).message).toBe('You can only delete draft invoices.');
  });

  it('keeps what it says once it is final, but not its metadata', async () => {
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [1_200]);

    expect(await refusal(target().stripe.invoices.update(open.id, { description: 'Late' }))).toMatchObject({
      message: "Finalized invoices can't be updated in this way",
      param: 'description',
    });
    const updated = await target().stripe.invoices.update(open.id, { metadata: { order: '7' } });
    expect(updated.metadata).toEqual({ order: '7' });
  });

  it('is due some days after it was drafted when it is sent', async () => {
    const customer = await newCustomer(target());
    const draft = await draftOf(target(), customer.id, [1_200], {
      collection_method: 'send_invoice',
      days_until_due: 7,
    });
    expect(draft.due_date).toBe(draft.created + 7 * 86_400);

    const sent = await target().stripe.invoices.sendInvoice(draft.id);
    expect(sent).toMatchObject({ status: 'open', attempted: false, next_payment_attempt: null });
  });

  it('has no due date when it is charged automatically, and needs one when it is sent', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const { id } = customer;

    const without = await refusal(stripe.invoices.create({ customer: id, collection_method: 'send_invoice' }));
    expect(without.message).toBe(
      "If invoice collection method is 'send_invoice', you must specify 'due_date' or 'days_until_due'.",
    );
    const needless = await refusal(stripe.invoices.create({ customer: id, days_until_due: 7 }));
    expect(needless.message).toBe(
      "You can only specify 'due_date' or 'days_until_due' if invoice collection method is 'send_invoice'.",
    );
  });

  it('is found by customer, status and way of collection', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const draft = await draftOf(target(), customer.id, [1_000]);
    const open = await openOf(target(), customer.id, [1_000]);
    const sent = await openOf(target(), customer.id, [1_000], {
      collection_method: 'send_invoice',
      days_until_due: 3,
    });
    const found = async (params: Parameters<typeof stripe.invoices.list>[0]): Promise<string[]> =>
      (await stripe.invoices.list({ customer: customer.id, ...params })).data.map(({ id }) => id);

    expect(await found({})).toEqual([sent.id, open.id, draft.id]);
    expect(await found({ status: 'draft' })).toEqual([draft.id]);
    expect(await found({ status: 'open' })).toEqual([sent.id, open.id]);
    expect(await found({ collection_method: 'send_invoice' })).toEqual([sent.id]);
    expect(await found({ due_date: { gt: sent.created } })).toEqual([sent.id]);
  });

  it('announces each step of its life', async () => {
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [1_200]);
    await target().stripe.invoices.pay(open.id);

    const typesOf = async (): Promise<string[]> => {
      const { data } = await target().stripe.events.list({ limit: 100 });
      const own = data.filter(({ data: { object } }) => 'id' in object && object.id === open.id);
      return own.map(({ type }) => type);
    };
    const types = await eventually(target(), typesOf, (seen) => seen.includes('invoice.payment_succeeded'));
    expect(types).toEqual(
      expect.arrayContaining(['invoice.created', 'invoice.finalized', 'invoice.paid', 'invoice.payment_succeeded']),
    );
  });
});
