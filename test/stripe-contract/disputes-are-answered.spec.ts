import type Stripe from 'stripe';
import { contract, eventually, refusal } from '../support/stripe-contract';

const payment = {
  amount: 4_000,
  currency: 'gbp',
  confirm: true,
  capture_method: 'automatic',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
} as const satisfies Stripe.PaymentIntentCreateParams;

contract('Disputes', (target) => {
  const stripe = (): Stripe => target().stripe;

  async function pay(method: string, params: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<Stripe.Charge> {
    const { latest_charge: charge } = await stripe().paymentIntents.create({
      ...payment,
      payment_method: method,
      expand: ['latest_charge'],
      ...params,
    });
    return charge as Stripe.Charge;
  }

  /** Waits for the dispute that the card brings about. */
  async function disputeOf(charge: { id: string }): Promise<Stripe.Dispute> {
    const { data } = await eventually(
      target(),
      () => stripe().disputes.list({ charge: charge.id }),
      (list) => list.data.length > 0,
    );
    return data[0]!;
  }

  const disputed = async (method = 'pm_card_createDispute'): Promise<Stripe.Dispute> => disputeOf(await pay(method));

  function settled(dispute: { id: string }, ...statuses: string[]): Promise<Stripe.Dispute> {
    return eventually(
      target(),
      () => stripe().disputes.retrieve(dispute.id),
      ({ status }) => statuses.includes(status),
    );
  }

  const evidence = (text: string): Stripe.DisputeUpdateParams => ({ evidence: { uncategorized_text: text } });

  async function typesOf(dispute: { id: string }, last: string): Promise<string[]> {
    const { data } = await eventually(
      target(),
      async () => {
        const page = await stripe().events.list({ type: 'charge.dispute.*', limit: 100 });
        return { data: page.data.filter((event) => (event.data.object as { id: string }).id === dispute.id) };
      },
      ({ data: found }) => found.some(({ type }) => type === last),
    );
    return data.map(({ type }) => type);
  }

  it.each([
    ['pm_card_createDispute', 'fraudulent', '10.4'],
    ['pm_card_createDisputeProductNotReceived', 'product_not_received', '13.1'],
  ])('follows a charge of %s', async (method, reason, code) => {
    const charge = await pay(method);
    expect(charge).toMatchObject({ status: 'succeeded' });
    const dispute = await disputeOf(charge);
    expect(dispute).toMatchObject({
      object: 'dispute',
      amount: 4_000,
      currency: 'gbp',
      charge: charge.id,
      payment_intent: charge.payment_intent,
      reason,
      status: 'needs_response',
      is_charge_refundable: false,
      livemode: false,
      payment_method_details: {
        type: 'card',
        card: { brand: 'visa', case_type: 'chargeback', network_reason_code: code },
      },
      evidence_details: { has_evidence: false, past_due: false, submission_count: 0 },
    });
    expect(dispute.id).toMatch(/^d[pu]_/);
    expect(dispute.evidence_details.due_by! % 86_400).toBe(86_399);
    expect((await stripe().charges.retrieve(charge.id)).disputed).toBe(true);
  });

  it('takes the disputed amount and a fee off the balance', async () => {
    const dispute = await disputed();
    const [withdrawal, ...others] = dispute.balance_transactions;
    expect(others).toEqual([]);
    expect(withdrawal).toMatchObject({
      amount: -4_000,
      currency: 'gbp',
      type: 'adjustment',
      reporting_category: 'dispute',
      description: `Chargeback withdrawal for ${dispute.charge as string}`,
    });
    expect(withdrawal!.fee).toBeGreaterThan(0);
    expect(withdrawal!.net).toBe(-4_000 - withdrawal!.fee);
    expect(withdrawal!.fee_details).toMatchObject([{ amount: withdrawal!.fee, type: 'stripe_fee' }]);
  });

  it('is told by charge.dispute.created and funds_withdrawn', async () => {
    const dispute = await disputed();
    const types = await typesOf(dispute, 'charge.dispute.funds_withdrawn');
    expect(types.sort()).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn']);
  });

  it('stands in the way of a refund', async () => {
    const { charge } = await disputed();
    expect(await refusal(stripe().refunds.create({ charge: charge as string }))).toMatchObject({
      statusCode: 400,
      code: 'charge_disputed',
      message: `Charge ${charge as string} has been charged back; cannot issue a refund.`,
    });
  });

  it('waits for the capture of what was only held', async () => {
    const held = await pay('pm_card_createDispute', { capture_method: 'manual' });
    expect(held.disputed).toBe(false);
    await stripe().paymentIntents.capture(held.payment_intent as string, { amount_to_capture: 1_500 });
    expect((await disputeOf(held)).amount).toBe(1_500);
  });

  it('keeps staged evidence without submitting it', async () => {
    const dispute = await disputed();
    const staged = await stripe().disputes.update(dispute.id, {
      evidence: { customer_name: 'Ada Lovelace', product_description: 'A book' },
      submit: false,
    });
    expect(staged).toMatchObject({
      status: 'needs_response',
      evidence: { customer_name: 'Ada Lovelace', product_description: 'A book', receipt: null },
      evidence_details: { has_evidence: true, submission_count: 0 },
    });
  });

  it('is under review once evidence is submitted, and stays there', async () => {
    const dispute = await disputed();
    const submitted = await stripe().disputes.update(dispute.id, evidence('We sent it on Monday.'));
    expect(submitted).toMatchObject({
      status: 'under_review',
      evidence: { uncategorized_text: 'We sent it on Monday.' },
      evidence_details: { has_evidence: true, past_due: false, submission_count: 1 },
    });
    expect(await typesOf(dispute, 'charge.dispute.updated')).toContain('charge.dispute.updated');
  });

  it('is won by winning evidence, and the amount returns', async () => {
    const dispute = await disputed();
    expect((await stripe().disputes.update(dispute.id, evidence('winning_evidence'))).status).toBe('under_review');
    const won = await settled(dispute, 'won');
    expect(won.is_charge_refundable).toBe(true);
    expect(won.balance_transactions).toHaveLength(2);
    const reversal = won.balance_transactions.find(({ amount }) => amount > 0);
    expect(reversal).toMatchObject({ amount: 4_000, type: 'adjustment', reporting_category: 'dispute_reversal' });
    const types = await typesOf(dispute, 'charge.dispute.closed');
    expect(types).toContain('charge.dispute.funds_reinstated');
    const refund = await stripe().refunds.create({ charge: won.charge as string });
    expect(refund).toMatchObject({ status: 'succeeded', amount: 4_000 });
  });

  it('is lost by losing evidence, and nothing returns', async () => {
    const dispute = await disputed();
    await stripe().disputes.update(dispute.id, evidence('losing_evidence'));
    const lost = await settled(dispute, 'lost');
    expect(lost.balance_transactions).toHaveLength(1);
    expect(await typesOf(dispute, 'charge.dispute.closed')).not.toContain('charge.dispute.funds_reinstated');
    expect(await refusal(stripe().refunds.create({ charge: lost.charge as string }))).toMatchObject({
      code: 'charge_disputed',
    });
  });

  it('can be accepted, and is lost then', async () => {
    const dispute = await disputed();
    expect(await stripe().disputes.close(dispute.id)).toMatchObject({ id: dispute.id, status: 'lost' });
    expect(await typesOf(dispute, 'charge.dispute.closed')).toContain('charge.dispute.closed');
  });

  it('takes nothing more once it is closed', async () => {
    const dispute = await disputed();
    await stripe().disputes.close(dispute.id);
    const closed = { statusCode: 400, message: 'This dispute is already closed' };
    expect(await refusal(stripe().disputes.close(dispute.id))).toMatchObject(closed);
    expect(await refusal(stripe().disputes.update(dispute.id, evidence('late')))).toMatchObject(closed);
  });

  it('takes no money as an inquiry, and leaves the charge refundable', async () => {
    const inquiry = await disputed('pm_card_createDisputeInquiry');
    expect(inquiry).toMatchObject({
      status: 'warning_needs_response',
      is_charge_refundable: true,
      balance_transactions: [],
      payment_method_details: { card: { case_type: 'inquiry' } },
    });
    const refund = await stripe().refunds.create({ charge: inquiry.charge as string, amount: 100 });
    expect(refund.status).toBe('succeeded');
  });

  it('becomes a chargeback when an inquiry is escalated', async () => {
    const inquiry = await disputed('pm_card_createDisputeInquiry');
    const submitted = await stripe().disputes.update(inquiry.id, evidence('escalate_inquiry_evidence'));
    expect(submitted.status).toBe('warning_under_review');
    const escalated = await settled(inquiry, 'needs_response');
    expect(escalated.is_charge_refundable).toBe(false);
    expect(escalated.balance_transactions).toMatchObject([{ amount: -4_000, reporting_category: 'dispute' }]);
  });

  it('ends as an inquiry without money when the evidence decides it', async () => {
    const inquiry = await disputed('pm_card_createDisputeInquiry');
    await stripe().disputes.update(inquiry.id, evidence('losing_evidence'));
    const closed = await settled(inquiry, 'warning_closed');
    expect(closed.balance_transactions).toEqual([]);
  });

  it('is found by its id, its charge and its payment', async () => {
    const dispute = await disputed();
    expect((await stripe().disputes.retrieve(dispute.id)).id).toBe(dispute.id);
    const byPayment = await stripe().disputes.list({ payment_intent: dispute.payment_intent as string });
    expect(byPayment.data.map(({ id }) => id)).toEqual([dispute.id]);
    const later = await stripe().disputes.list({ charge: dispute.charge as string, created: { gt: dispute.created } });
    expect(later.data).toEqual([]);
    expect(await refusal(stripe().disputes.retrieve('du_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such dispute: 'du_none'",
    });
  });

  it('keeps metadata, which submits nothing', async () => {
    const dispute = await disputed();
    const updated = await stripe().disputes.update(dispute.id, { metadata: { ticket: '12' } });
    expect(updated).toMatchObject({ metadata: { ticket: '12' }, status: 'needs_response' });
  });
});
