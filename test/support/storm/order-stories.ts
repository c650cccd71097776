import {
  CARDS,
  ended,
  manner,
  order,
  payByCard,
  PAYMENTS,
  type Cast,
  type Paid,
  type Stories,
  type Story,
} from './story';

const DECLINED = ['pm_card_visa_chargeDeclined', 'pm_card_visa_chargeDeclinedInsufficientFunds'];

const BACK = { returnUrl: 'https://shop.example/back' };

const pay: Story = async (cast) => {
  const paid = await payByCard(cast);
  return typeof paid === 'object' ? 'paid' : paid;
};

/** Both clicks have a key of their own, and come to both instances at once. */
const clickTwice: Story = async (cast) => {
  const { shop, promises, dice, name } = cast;
  const asked = order(cast);
  const body = { ...asked, paymentMethod: dice.of(CARDS), confirm: true };
  const click = (n: number) => shop.ask({ key: `${name} click ${n}`, path: PAYMENTS, body }, { first: n });
  const clicks = await Promise.all([click(0), click(1)]);
  const paid = clicks.filter((told) => told?.body.status === 'succeeded');
  if (paid.length > 1) promises.broken(`${name}: both clicks were told as paid`);
  for (const told of clicks) {
    // Overtaken: the first one never reached Stripe, and the other took its place.
    if (told?.body.status !== 'succeeded') ended(told, cast, 'reference_taken', 'overtaken', 'no_effect');
  }
  const [first] = paid;
  if (first === undefined || first === null) return undefined;
  const id = String(first.body.id);
  promises.paid(id, asked.amount);
  const taken = clicks.find((told) => told?.body.code === 'reference_taken');
  const named = taken === undefined || taken === null ? id : String(taken.body.paymentId);
  if (named !== id) promises.broken(`${name}: one click paid ${id}, the other was sent to ${named}`);
  return 'paid once';
};

async function authorize(cast: Cast): Promise<Paid | string | undefined> {
  const { shop, promises, dice, name } = cast;
  const asked = order(cast);
  const body = { ...asked, paymentMethod: dice.of(CARDS), confirm: true, captureMethod: 'manual' };
  const told = await shop.ask({ key: name, path: PAYMENTS, body }, manner(dice));
  if (told?.body.status !== 'authorized') return ended(told, cast, 'no_effect');
  const id = String(told.body.id);
  promises.notCharged(id);
  await shop.pause(dice.between(0, 3_000));
  return { id, ...asked };
}

const capture: Story = async (cast) => {
  const { shop, promises, dice, name } = cast;
  const held = await authorize(cast);
  if (typeof held !== 'object') return held;
  const amount = dice.isLucky(0.5) ? held.amount : dice.between(Math.ceil(held.amount / 2), held.amount);
  const path = `${PAYMENTS}/${held.id}/capture`;
  const told = await shop.ask({ key: `${name} capture`, path, body: { amount } }, manner(dice));
  if (told === null) return undefined;
  if (told.body.status !== 'succeeded') return ended(told, cast, 'no_effect');
  promises.paid(held.id, amount);
  return amount === held.amount ? 'captured' : 'captured in part';
};

const release: Story = async (cast) => {
  const { shop, promises, dice, name } = cast;
  const held = await authorize(cast);
  if (typeof held !== 'object') return held;
  const path = `${PAYMENTS}/${held.id}/cancel`;
  const told = await shop.ask({ key: `${name} cancel`, path, body: {} }, manner(dice));
  if (told?.body.status !== 'canceled') return ended(told, cast, 'no_effect');
  promises.notCharged(held.id);
  return 'released';
};

const confirmLater: Story = async (cast) => {
  const { shop, promises, dice, name } = cast;
  const asked = order(cast);
  const told = await shop.ask({ key: name, path: PAYMENTS, body: asked }, manner(dice));
  if (told?.body.status !== 'requires_payment_method') return ended(told, cast, 'no_effect');
  const id = String(told.body.id);
  promises.notCharged(id);
  await shop.pause(dice.between(0, 2_000));
  const body = { paymentMethod: dice.of(CARDS), ...BACK };
  const paid = await shop.ask({ key: `${name} confirm`, path: `${PAYMENTS}/${id}/confirm`, body }, manner(dice));
  if (paid === null) return undefined;
  if (paid.body.status !== 'succeeded') return ended(paid, cast, 'no_effect');
  promises.paid(id, asked.amount);
  return 'paid';
};

const declined: Story = async (cast) => {
  const { shop, promises, dice, name } = cast;
  const asked = order(cast);
  const body = { ...asked, paymentMethod: dice.of(DECLINED), confirm: true };
  const told = await shop.ask({ key: name, path: PAYMENTS, body }, manner(dice));
  if (told?.status !== 402) return ended(told, cast, 'no_effect');
  const id = String(told.body.paymentId);
  promises.notCharged(id);
  if (dice.isLucky(0.4)) return 'declined';
  const another = { paymentMethod: dice.of(CARDS), ...BACK };
  const path = `${PAYMENTS}/${id}/confirm`;
  const paid = await shop.ask({ key: `${name} another card`, path, body: another }, manner(dice));
  if (paid === null) return undefined;
  if (paid.body.status !== 'succeeded') return ended(paid, cast, 'no_effect');
  promises.paid(id, asked.amount);
  return 'paid by another card';
};

/** The bank asks the customer, who answers on its page. */
const authenticate: Story = async (cast) => {
  const { shop, dashboard, promises, dice, name } = cast;
  const asked = order(cast);
  const card = { paymentMethod: 'pm_card_threeDSecure2Required', ...BACK };
  const told = await shop.ask({ key: name, path: PAYMENTS, body: { ...asked, ...card, confirm: true } }, manner(dice));
  if (told?.body.status !== 'requires_action') return ended(told, cast, 'no_effect');
  const id = String(told.body.id);
  promises.notCharged(id);
  await shop.pause(dice.between(0, 2_000));
  const intent = await dashboard.intentOf(id);
  if (intent === null) return undefined;
  const succeeds = dice.isLucky(0.7);
  if (succeeds) promises.paid(id, asked.amount);
  await shop.street.stripe.authenticate(intent.id, succeeds ? 'succeed' : 'fail');
  const end = succeeds ? 'succeeded' : 'requires_payment_method';
  const shown = await shop.until(`${PAYMENTS}/${id}`, ({ status }) => status === end);
  return shown === null ? undefined : `authentication ${succeeds ? 'succeeded' : 'failed'}`;
};

export const ORDER_STORIES: Stories = {
  'order paid by card': { weight: 8, tell: pay },
  'order clicked twice': { weight: 5, tell: clickTwice },
  'order captured later': { weight: 4, tell: capture },
  'order released': { weight: 2, tell: release },
  'order confirmed later': { weight: 3, tell: confirmLater },
  'order with a card that is declined': { weight: 3, tell: declined },
  'order authenticated at the bank': { weight: 2, tell: authenticate },
};
