import { token } from '../../../support/running-service';
import type { Flow } from '../flow';
import type { Scene } from '../scene';

const AMOUNT = 6_000;

async function refundedOnce(scene: Scene, paymentId: string): Promise<void> {
  await scene.untilShown(`/refunds?paymentId=${paymentId}`, { data: [{ status: 'succeeded', amount: AMOUNT }] });
  await scene.untilShown(`/payments/${paymentId}`, { refundedAmount: AMOUNT });
  const charge = await scene.atStripe(paymentId, 'charge');
  const { refunds } = await scene.house.stripe.state();
  expect(refunds.filter((each) => each.charge === charge).map(({ amount }) => amount)).toEqual([AMOUNT]);
}

export const refundAtOnce: Flow = {
  name: 'a refund is given at once',
  prepare: async (scene) => {
    const paymentId = await scene.paid();
    return {
      act: () => scene.ask('/refunds', 'refund', { paymentId, amount: AMOUNT }),
      ends: () => refundedOnce(scene, paymentId),
    };
  },
};

export const refundApproved: Flow = {
  name: 'a refund is asked for and approved',
  prepare: async (scene) => {
    const paymentId = await scene.paid();
    const sue = await token({ role: 'support', subject: 'sue' });
    return {
      act: async () => {
        const { body } = await scene.ask('/refunds', 'asked by sue', { paymentId, amount: AMOUNT }, sue);
        await scene.ask(`/refunds/${String(body.id)}/approve`, 'approve', {});
      },
      ends: () => refundedOnce(scene, paymentId),
    };
  },
};

export const refundInDashboard: Flow = {
  name: 'a refund is given in the dashboard',
  prepare: async (scene) => {
    const paymentId = await scene.paid();
    const charge = await scene.atStripe(paymentId, 'charge');
    return {
      act: () => scene.dashboard.refunds.create({ charge, amount: AMOUNT }, { idempotencyKey: scene.reference }),
      ends: () => refundedOnce(scene, paymentId),
    };
  },
};

export const refundFailsLater: Flow = {
  name: 'a refund fails after its success',
  prepare: async (scene) => {
    const paymentId = await scene.paid();
    const { body } = await scene.ask('/refunds', 'refund', { paymentId, amount: AMOUNT });
    const refund = String(body.stripeRefund);
    return {
      act: async () => {
        const { refunds } = await scene.house.stripe.state();
        if (refunds.some(({ id, status }) => id === refund && status === 'failed')) return;
        await scene.house.stripe.decideRefund(refund, 'fail', 'lost_or_stolen_card');
      },
      ends: async () => {
        await scene.untilShown(`/refunds/${String(body.id)}`, { status: 'failed' });
        await scene.untilShown(`/payments/${paymentId}`, { refundedAmount: 0 });
      },
    };
  },
};
