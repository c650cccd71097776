import { House } from '../support/house';
import { eventually, type Answer, type RunningService } from '../support/running-service';

const CARD = { paymentMethod: 'pm_card_visa' };
const PAYMENT = { amount: 4999, currency: 'gbp', reference: 'booking_1' };

interface Scene {
  /** Brings the payment to where the operation can be asked for. @returns its path. */
  readonly prepare: (service: RunningService) => Promise<string>;
  readonly path: string;
  readonly body: object;
  readonly ends: { readonly status: string; readonly capturedAmount: number };
  readonly route: RegExp;
}

async function created(service: RunningService, body: object): Promise<string> {
  const { body: payment } = await service.post('/api/v1/payments', 'prepare', { ...PAYMENT, ...body });
  return `/api/v1/payments/${String(payment.id)}`;
}

const SCENES: Record<string, Scene> = {
  create: {
    prepare: () => Promise.resolve('/api/v1/payments'),
    path: '',
    body: { ...PAYMENT, ...CARD, confirm: true },
    ends: { status: 'succeeded', capturedAmount: 4999 },
    route: /^\/v1\/payment_intents$/,
  },
  confirm: {
    prepare: (service) => created(service, {}),
    path: '/confirm',
    body: { ...CARD, returnUrl: 'https://example.com/back' },
    ends: { status: 'succeeded', capturedAmount: 4999 },
    route: /\/confirm$/,
  },
  capture: {
    prepare: (service) => created(service, { ...CARD, confirm: true, captureMethod: 'manual' }),
    path: '/capture',
    body: { amount: 3000 },
    ends: { status: 'succeeded', capturedAmount: 3000 },
    route: /\/capture$/,
  },
  cancel: {
    prepare: (service) => created(service, { ...CARD, confirm: true, captureMethod: 'manual' }),
    path: '/cancel',
    body: {},
    ends: { status: 'canceled', capturedAmount: 0 },
    route: /\/cancel$/,
  },
};

/*
 * Kills at each commit and at each call, before and after, are those of crash-points.spec.ts. Here Stripe is still at work
 * on the request, or its answer on the way, when nobody is there any more to read it.
 */
describe('while Stripe works on what it was asked', () => {
  it.concurrent.each(Object.entries(SCENES))(
    'a %s whose process is killed has its effect once, and the retry gets the truth, the same each time',
    async (_operation, scene) => {
      const house = await House.build();
      try {
        const doomed = await house.open();
        const path = `${await scene.prepare(doomed)}${scene.path}`;
        const ask = (service: RunningService) => service.post(path, 'the key', scene.body);

        await house.stripe.fault({ kind: 'timeout_after_effect', match: { path: wildcard(scene) } });
        const lost = ask(doomed).catch(() => 'lost' as const);
        await killOnceEffective(house, scene);
        expect(await lost).toBe('lost');
        await house.stripe.clearFaults();

        const again = await house.open();
        const answer = await settled(() => ask(again));
        expect(answer.body).toMatchObject(scene.ends);
        expect((await ask(again)).text).toBe(answer.text);
        const sent = (await house.stripe.journal()).filter(
          (entry) => scene.route.test(entry.path) && entry.method === 'POST',
        );
        expect(new Set(sent.map((entry) => entry.idempotencyKey).filter((key) => key !== null)).size).toBe(1);
        expect(sent.filter((entry) => entry.effect && !entry.replayed)).toHaveLength(1);
        await house.assertOracles();
      } finally {
        await house.tearDown();
      }
    },
  );
});

function wildcard({ path }: Scene): string {
  return path === '' ? '/v1/payment_intents' : `/v1/payment_intents/:id${path}`;
}

async function killOnceEffective(house: House, scene: Scene): Promise<void> {
  for (;;) {
    const journal = await house.stripe.journal();
    if (journal.some((entry) => scene.route.test(entry.path) && entry.effect && entry.fault !== null)) break;
  }
  await house.service.kill();
}

/** The first answer may still be that it is being found out. */
function settled(ask: () => Promise<Answer>): Promise<Answer> {
  return eventually(async () => {
    const answer = await ask();
    if (answer.status === 202 || answer.body.code === 'in_progress') throw new Error(`still ${answer.text}`);
    return answer;
  });
}
