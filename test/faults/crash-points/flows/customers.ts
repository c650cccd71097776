import type { Flow } from '../flow';
import type { Scene } from '../scene';

const SAVE = {
  consent: { textVersion: 'cards-3', address: '192.0.2.17' },
  paymentMethod: 'pm_card_visa',
  confirm: true,
};

async function newCustomer(scene: Scene): Promise<string> {
  const { body } = await scene.ask('/customers', 'customer', { name: 'Ada', metadata: { order: scene.reference } });
  return String(body.id);
}

async function oneAtStripe(scene: Scene, customer: string): Promise<void> {
  const { customers } = await scene.house.stripe.state();
  const theirs = customers.filter((each) => 'metadata' in each && each.metadata.cashdesk_customer === customer);
  expect(theirs).toHaveLength(1);
  await scene.untilShown(`/customers/${customer}`, { stripeStatus: 'in_step', stripeCustomer: theirs[0]?.id });
}

export const makeCustomer: Flow = {
  name: 'a customer is made, and made known to Stripe',
  prepare: (scene) => {
    let customer = '';
    return Promise.resolve({
      act: async () => {
        customer = await newCustomer(scene);
        await scene.untilShown(`/customers/${customer}`, { stripeStatus: 'in_step' });
      },
      ends: () => oneAtStripe(scene, customer),
    });
  },
};

async function setupsOf(scene: Scene, customer: string): Promise<number> {
  const { stripeCustomer } = await scene.shown(`/customers/${customer}`);
  const { setup_intents: intents } = await scene.house.stripe.state();
  return intents.filter((intent) => intent.customer === stripeCustomer).length;
}

export const saveCard: Flow = {
  name: 'a card is saved',
  prepare: async (scene) => {
    const customer = await newCustomer(scene);
    const path = `/customers/${customer}`;
    return {
      act: () => scene.ask(`${path}/setups`, 'save', SAVE),
      ends: async () => {
        await oneAtStripe(scene, customer);
        await scene.untilShown(`${path}/payment-methods`, { data: [{ status: 'saved', default: true }] });
        expect(await setupsOf(scene, customer)).toBe(1);
      },
    };
  },
};

export const detachCard: Flow = {
  name: 'a card is detached',
  prepare: async (scene) => {
    const customer = await newCustomer(scene);
    const path = `/customers/${customer}`;
    const { body } = await scene.ask(`${path}/setups`, 'save', SAVE);
    await scene.untilShown(path, { stripeStatus: 'in_step' });
    return {
      act: () => scene.remove(`${path}/payment-methods/${String(body.paymentMethod)}`),
      ends: async () => {
        await oneAtStripe(scene, customer);
        await scene.untilShown(`${path}/payment-methods`, { data: [] });
        const { payment_methods: cards } = await scene.house.stripe.state();
        expect(cards.find(({ id }) => id === body.paymentMethod)?.customer ?? null).toBeNull();
      },
    };
  },
};
