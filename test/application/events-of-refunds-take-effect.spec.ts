import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import { ProcessWebhook } from '../../src/application/webhook/process-webhook';
import { subjectOf, type StripeEvent } from '../../src/application/webhook/webhook-inbox';
import type { Payment } from '../../src/domain/payment/payment';
import { allFamilies } from '../support/fakes/event-desk';
import { InMemoryInbox } from '../support/fakes/in-memory-inbox';
import { RefundDesk } from '../support/fakes/refund-desk';
import { NOON } from '../support/samples';

let desk: RefundDesk;
let inbox: InMemoryInbox;
let process: ProcessWebhook;
let payment: Payment;
let numbered = 0;
beforeEach(async () => {
  desk = new RefundDesk();
  inbox = new InMemoryInbox();
  process = new ProcessWebhook(inbox, allFamilies({ refunds: desk }));
  payment = await desk.paid();
  desk.stripe.set(payment.intent!, { refund: 're_9', amount: 2_000 });
});

async function event(type: string, change: Partial<StripeEvent> = {}) {
  const id = `evt_${String(++numbered)}`;
  const object = { objectType: 'refund', objectId: 're_9', intent: payment.intent, stripeRequest: null };
  const stated = { apiVersion: null, livemode: false, account: null, created: NOON, payload: '{}' };
  const told = { id, type, ...stated, ...object, ...change };
  await inbox.store(told);
  await process.execute(subjectOf(told));
  return inbox.show(id);
}

it.each([
  ['refund.created', {}],
  ['refund.updated', {}],
  ['refund.failed', {}],
  ['charge.refund.updated', {}],
  ['charge.refunded', { objectType: 'charge', objectId: 'ch_1' }],
])('%s brings what Stripe has now, and belongs to the payment', async (type, change) => {
  expect(await event(type, change)).toMatchObject({ status: 'processed', paymentId: payment.id });
  expect(desk.one).toMatchObject({ stripeRefund: 're_9', status: 'succeeded' });
});

it('all of them, in any order and again, bring one refund', async () => {
  const types = ['charge.refunded', 'refund.updated', 'refund.created', 'charge.refund.updated', 'refund.created'];
  await Promise.all(types.map((type) => event(type)));
  expect(desk.one.stripeRefund).toBe('re_9');
  expect(desk.facts).toEqual(['refund_succeeded 2000']);
});

it('of a charge without a payment intent, or of a payment that is not ours, is ignored', async () => {
  expect(await event('refund.created', { intent: null })).toMatchObject({ status: 'ignored' });
  expect(await event('refund.created', { intent: 'pi_9' })).toMatchObject({
    status: 'ignored',
    note: 'pi_9 is not a payment of Cashdesk.',
  });
  expect(desk.all()).toEqual([]);
});

it('waits while Stripe does not answer', async () => {
  desk.stripe.unavailable = true;
  await expect(event('refund.created')).rejects.toThrow(GatewayUnavailable);
  expect((await inbox.show(`evt_${String(numbered)}`))?.status).toBe('received');
});
