import { Payment } from '../../src/domain/payment/payment';
import type { Refund } from '../../src/domain/refund/refund';
import { startSimulator, type RunningSimulator } from '../../src/infrastructure/stripe-simulator/simulator';
import { createStripeClient } from '../../src/infrastructure/stripe/stripe-client';
import { StripeRefundGateway } from '../../src/infrastructure/stripe/stripe-refund-gateway';
import { refundIn } from '../support/refund-samples';
import { NOON, termsOf } from '../support/samples';
import { SimulatorControl } from '../support/simulator-control';

let simulator: RunningSimulator;
let control: SimulatorControl;
let gateway: StripeRefundGateway;
let payment: Payment;
let refund: Refund;

const client = () => createStripeClient({ secretKey: 'sk_test_simulator', apiUrl: simulator.url, timeout: 2_000 });

beforeAll(async () => {
  simulator = await startSimulator();
  control = new SimulatorControl(simulator.url);
  gateway = new StripeRefundGateway(client());
});
afterAll(() => simulator.close());
beforeEach(async () => {
  await control.reset();
  const { id: intent } = await client().paymentIntents.create({
    ...{ amount: 4_999, currency: 'gbp', confirm: true, payment_method: 'pm_card_visa' },
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
  const fresh = Payment.create('pay_1', termsOf(), NOON, 'test');
  payment = Payment.restore({ ...fresh.snapshot(), intent });
  refund = refundIn({ status: 'executing' });
});

const posts = () => control.journal({ method: 'POST', path: '/v1/refunds' });

it('is asked for under the same key, with the same words, at each sending, whatever it has been through', async () => {
  await control.fault({ kind: 'reset_before_effect', match: { path: '/v1/refunds' } });
  expect(await gateway.send(payment, refund)).toMatchObject({ kind: 'unknown' });
  const later = refundIn({ status: 'unknown', version: refund.version + 3 });
  later.checkAgain(NOON);
  expect(await gateway.send(payment, later)).toMatchObject({ kind: 'accepted', seen: { refundId: 'ref_1' } });
  await gateway.send(payment, later);
  const sent = await posts();
  expect(sent).toHaveLength(3);
  expect(new Set(sent.map(({ idempotencyKey, body }) => JSON.stringify([idempotencyKey, body]))).size).toBe(1);
  expect((await control.state()).refunds).toHaveLength(1);
});

it('is shown as it is by now when the first answer is given again', async () => {
  expect(await gateway.send(payment, refund)).toMatchObject({ kind: 'accepted', seen: { status: 'succeeded' } });
  const [made] = (await control.state()).refunds;
  await control.decideRefund(made!.id, 'fail', 'lost_or_stolen_card');
  expect(await gateway.send(payment, refund)).toMatchObject({ kind: 'accepted', seen: { status: 'failed' } });
});
