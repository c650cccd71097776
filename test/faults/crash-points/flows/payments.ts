import type { Course, Flow } from '../flow';
import type { Scene } from '../scene';

const HELD = { captureMethod: 'manual' };

export const takePayment: Flow = {
  name: 'a payment is taken',
  prepare: (scene) => {
    const terms = { amount: 10_000, currency: 'gbp', paymentMethod: 'pm_card_visa', confirm: true };
    const call = ['/payments', 'pay', { ...terms, reference: scene.reference }] as const;
    return Promise.resolve({
      act: () => scene.ask(...call),
      ends: async () => {
        const { status, body } = await scene.ask(...call);
        expect([status, body.status, body.capturedAmount]).toEqual([201, 'succeeded', 10_000]);
        await scene.repeated(...call);
      },
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
    const confirm = { paymentMethod: 'pm_card_visa', returnUrl: 'https://shop.example' };
    let path = '';
    return Promise.resolve({
      act: async () => {
        path = `/payments/${await scene.paid({ paymentMethod: undefined, confirm: false })}`;
        await scene.ask(`${path}/confirm`, 'confirm', confirm);
      },
      ends: async () => {
        await scene.untilShown(path, { status: 'succeeded', capturedAmount: 10_000 });
        await scene.repeated(`${path}/confirm`, 'confirm', confirm);
      },
    });
  },
};

export const capturePart: Flow = {
  name: 'a part is captured',
  prepare: (scene) => endHeld(scene, 'capture', { amount: 3_000 }, { status: 'succeeded', capturedAmount: 3_000 }),
};

export const voidPayment: Flow = {
  name: 'a payment is voided',
  prepare: (scene) => endHeld(scene, 'cancel', {}, { status: 'canceled', capturedAmount: 0 }),
};

/** One call, whose answer is kept, about money that is held. */
async function endHeld(scene: Scene, how: string, body: object, end: object): Promise<Course> {
  const path = `/payments/${await scene.paid(HELD)}`;
  return {
    act: () => scene.ask(`${path}/${how}`, how, body),
    ends: async () => {
      await scene.untilShown(path, end);
      await scene.repeated(`${path}/${how}`, how, body);
    },
  };
}
