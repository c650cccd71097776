import type { Flow } from '../flow';
import type { Scene } from '../scene';

async function intentOf(scene: Scene, paymentId: string) {
  const id = await scene.atStripe(paymentId, 'payment_intent');
  return scene.dashboard.paymentIntents.retrieve(id);
}

/** The customer finishes it at their bank, and Stripe alone tells of it. */
export const authenticatedAtTheBank: Flow = {
  name: 'a payment is authenticated at the bank',
  prepare: async (scene) => {
    const card = { paymentMethod: 'pm_card_threeDSecure2Required', returnUrl: 'https://shop.example' };
    const id = await scene.paid(card);
    return {
      act: async () => {
        const intent = await intentOf(scene, id);
        if (intent.status === 'requires_action') await scene.house.stripe.authenticate(intent.id, 'succeed');
      },
      ends: () => scene.untilShown(`/payments/${id}`, { status: 'succeeded', capturedAmount: 10_000 }),
    };
  },
};

/** Nothing but the intake of events is at work. */
export const voidedInDashboard: Flow = {
  name: 'a payment is voided in the dashboard',
  prepare: async (scene) => {
    const id = await scene.paid({ captureMethod: 'manual' });
    return {
      act: async () => {
        const intent = await intentOf(scene, id);
        if (intent.status !== 'canceled') await scene.dashboard.paymentIntents.cancel(intent.id);
      },
      ends: () => scene.untilShown(`/payments/${id}`, { status: 'canceled', capturedAmount: 0 }),
    };
  },
};
