import type { Flow } from '../flow';
import type { Scene } from '../scene';

const HELD = { captureMethod: 'manual' };

/** What the payment and its intent at Stripe must be in the end. */
async function endsAs(scene: Scene, path: string, status: string, capturedAmount: number): Promise<void> {
  await scene.untilShown(path, { status, capturedAmount });
}

export const takePayment: Flow = {
  name: 'a payment is taken',
  prepare: (scene) => {
    let id = '';
    return Promise.resolve({
      act: async () => {
        id = await scene.paid();
      },
      ends: () => endsAs(scene, `/payments/${id}`, 'succeeded', 10_000),
    });
  },
};

export const declinedPayment: Flow = {
  name: 'a payment is declined',
  prepare: (scene) => {
    const terms = { amount: 4_999, currency: 'gbp', paymentMethod: 'pm_card_visa_chargeDeclined', confirm: true };
    const ask = () => scene.ask('/payments', 'pay', { ...terms, reference: scene.reference });
    return Promise.resolve({
      act: ask,
      ends: async () => {
        const { status, body } = await ask();
        expect([status, body.code]).toEqual([402, 'card_declined']);
      },
    });
  },
};

export const confirmPayment: Flow = {
  name: 'a payment is made and confirmed',
  prepare: (scene) => {
    let path = '';
    return Promise.resolve({
      act: async () => {
        path = `/payments/${await scene.paid({ paymentMethod: undefined, confirm: false })}`;
        await scene.ask(`${path}/confirm`, 'confirm', {
          paymentMethod: 'pm_card_visa',
          returnUrl: 'https://shop.example',
        });
      },
      ends: () => endsAs(scene, path, 'succeeded', 10_000),
    });
  },
};

export const capturePart: Flow = {
  name: 'a part is captured',
  prepare: async (scene) => {
    const path = `/payments/${await scene.paid(HELD)}`;
    return {
      act: () => scene.ask(`${path}/capture`, 'capture', { amount: 3_000 }),
      ends: () => endsAs(scene, path, 'succeeded', 3_000),
    };
  },
};

export const voidPayment: Flow = {
  name: 'a payment is voided',
  prepare: async (scene) => {
    const path = `/payments/${await scene.paid(HELD)}`;
    return { act: () => scene.ask(`${path}/cancel`, 'void', {}), ends: () => endsAs(scene, path, 'canceled', 0) };
  },
};
