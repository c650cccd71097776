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

export const saveCard: Flow = {
  name: 'a card is saved, and detached',
  prepare: async (scene) => {
    const customer = await newCustomer(scene);
    const path = `/customers/${customer}`;
    return {
      act: async () => {
        const { body } = await scene.ask(`${path}/setups`, 'save', SAVE);
        await scene.remove(`${path}/payment-methods/${String(body.paymentMethod)}`);
      },
      ends: async () => {
        await oneAtStripe(scene, customer);
        await scene.untilShown(`${path}/payment-methods`, { data: [] });
        const { setup_intents: intents, payment_methods: cards } = await scene.house.stripe.state();
        const stripeCustomer = (await scene.shown(path)).stripeCustomer;
        expect(cards.filter((card) => card.customer === stripeCustomer)).toEqual([]);
        expect(intents.filter((intent) => intent.customer === stripeCustomer)).toHaveLength(1);
      },
    };
  },
};
