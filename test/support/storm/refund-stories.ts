import {
  CURRENCIES,
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
import type { Person, Told } from './shop';

const REFUNDS = '/api/v1/refunds';
const CUSTOMERS = '/api/v1/customers';
const SUE: Person = { role: 'support', subject: 'sue' };
const FRED: Person = { role: 'finance', subject: 'fred' };
const TOOK = ['succeeded', 'pending'];

/** A paid order, a while later. */
async function bought(cast: Cast, more: object = {}): Promise<Paid | string | undefined> {
  const paid = await payByCard(cast, more);
  if (typeof paid === 'object') await cast.shop.pause(cast.dice.between(0, 4_000));
  return paid;
}

function noteRefund({ promises }: Cast, { body }: Told, amount: number): void {
  promises.refunded(String(body.id), String(body.stripeRefund), amount);
}

/** In one part or in two, of which the second may be the rest. */
const refund: Story = async (cast) => {
  const { shop, dice, name } = cast;
  const paid = await bought(cast);
  if (typeof paid !== 'object') return paid;
  const first = dice.between(1, paid.amount);
  const parts = dice.isLucky(0.5) || first === paid.amount ? [first] : [first, paid.amount - first];
  for (const [n, amount] of parts.entries()) {
    const body = { paymentId: paid.id, amount };
    const told = await shop.ask({ key: `${name} refund ${n}`, path: REFUNDS, body }, manner(dice));
    if (told === null) return undefined;
    if (!TOOK.includes(String(told.body.status))) return ended(told, cast);
    noteRefund(cast, told, amount);
  }
  return parts.length === 1 ? 'refunded' : 'refunded in two parts';
};

/** Two clerks at once, who both want most of it back. */
const refundTwice: Story = async (cast) => {
  const { shop, promises, name } = cast;
  const paid = await bought(cast);
  if (typeof paid !== 'object') return paid;
  const amount = Math.ceil(paid.amount * 0.6);
  const clerk = (n: number) =>
    shop.ask({ key: `${name} clerk ${n}`, path: REFUNDS, body: { paymentId: paid.id, amount } }, { first: n });
  const clerks = await Promise.all([clerk(0), clerk(1)]);
  const took = clerks.filter((told) => told !== null && TOOK.includes(String(told.body.status)));
  if (took.length > 1) promises.broken(`${name}: 60 % went back twice`);
  for (const told of clerks) {
    if (told !== null && TOOK.includes(String(told.body.status))) noteRefund(cast, told, amount);
    else ended(told, cast, 'refund_exceeds_rest');
  }
  return clerks.includes(null) ? undefined : 'refunded once';
};

const refundWithApproval: Story = async (cast) => {
  const { shop, promises, dice, name } = cast;
  const paid = await bought(cast);
  if (typeof paid !== 'object') return paid;
  const body = { paymentId: paid.id, amount: dice.between(1, paid.amount), note: 'the course was cancelled' };
  const asked = await shop.ask({ key: `${name} request`, path: REFUNDS, body, as: SUE }, manner(dice));
  if (asked?.body.status !== 'requested') return ended(asked, cast);
  const id = String(asked.body.id);
  promises.notRefunded(id);
  await shop.pause(dice.between(0, 2_000));
  const decision = dice.of(['approve', 'approve', 'reject', 'withdraw']);
  const as = decision === 'withdraw' ? SUE : FRED;
  const path = `${REFUNDS}/${id}/${decision}`;
  const told = await shop.ask({ key: `${name} ${decision}`, path, body: {}, as }, manner(dice));
  if (told === null) return undefined;
  if (decision !== 'approve') return ended(told, cast, decision === 'reject' ? 'rejected' : 'withdrawn');
  if (!TOOK.includes(String(told.body.status))) return ended(told, cast);
  noteRefund(cast, told, body.amount);
  return 'approved';
};

/** The bank sends it back some time after it succeeded. */
const refundThatFails: Story = async (cast) => {
  const { shop, dice, name } = cast;
  const paid = await bought(cast, { paymentMethod: 'pm_card_refundFail' });
  if (typeof paid !== 'object') return paid;
  const body = { paymentId: paid.id };
  const told = await shop.ask({ key: `${name} refund`, path: REFUNDS, body }, manner(dice));
  if (told === null) return undefined;
  if (![...TOOK, 'failed'].includes(String(told.body.status))) return ended(told, cast, 'refund_refused');
  noteRefund(cast, told, paid.amount);
  return 'sent back';
};

const refundInDashboard: Story = async (cast) => {
  const { dashboard, dice } = cast;
  const paid = await bought(cast, { currency: 'gbp' });
  if (typeof paid !== 'object') return paid;
  const intent = await dashboard.intentOf(paid.id);
  if (intent === null) return undefined;
  const made = await dashboard.refund(intent.id, dice.between(1, intent.amount));
  return made === null ? 'nobody knows' : 'refunded';
};

const disputed: Story = async (cast) => {
  const { shop, dashboard, dice } = cast;
  const paid = await bought(cast);
  if (typeof paid !== 'object') return paid;
  const charge = (await dashboard.intentOf(paid.id))?.latest_charge;
  if (typeof charge !== 'string') return undefined;
  const { stripe } = shop.street;
  const { id } = await stripe.openDispute(charge);
  if (dice.isLucky(0.6)) await answerDispute(cast, id);
  await shop.pause(dice.between(0, 3_000));
  const decision = dice.of(['win', 'lose'] as const);
  const decided = await stripe.decideDispute(id, decision).catch(() => null);
  return decided === null ? 'open' : { win: 'won', lose: 'lost' }[decision];
};

async function answerDispute(cast: Cast, id: string): Promise<void> {
  const { shop, dice, name } = cast;
  const path = `/api/v1/disputes/${id}`;
  const known = await shop.until(path, (_body, status) => status === 200);
  if (known === null) return;
  const body = { texts: { product_description: 'A course on two days.' } };
  const saved = await shop.ask({ key: `${name} evidence`, path: `${path}/evidence`, body }, manner(dice));
  if (saved?.status !== 200) return;
  const submitted = await shop.ask({ key: `${name} submit`, path: `${path}/submit-evidence`, body: {} }, manner(dice));
  const isThere = submitted?.status === 200;
  const end = isThere ? 'submitted' : ended(submitted, cast, 'dispute_not_answerable', 'no_effect');
  shop.did.add(`evidence: ${end ?? 'not known in time'}`);
}

/** Saves a card, charges it while the customer is away, and forgets it. */
const saveCard: Story = async (cast) => {
  const { shop, promises, dice, name } = cast;
  const made = await shop.ask({ key: `${name} customer`, path: CUSTOMERS, body: { name: 'Ada' } }, manner(dice));
  if (made?.status !== 201) return ended(made, cast);
  const customer = String(made.body.id);
  const body = { consent: { textVersion: 'cards-1' }, paymentMethod: 'pm_card_visa', confirm: true };
  const path = `${CUSTOMERS}/${customer}/setups`;
  const saved = await shop.ask({ key: `${name} setup`, path, body }, manner(dice));
  if (saved?.body.status !== 'succeeded') return ended(saved, cast);
  const method = String(saved.body.paymentMethod);
  const methods = `${CUSTOMERS}/${customer}/payment-methods`;
  const kept = await shop.until(methods, ({ data }) => Array.isArray(data) && data.some(({ id }) => id === method));
  if (kept === null) return undefined;
  const asked = { ...order(cast), customer, paymentMethod: method, confirm: true, offSession: true };
  const told = await shop.ask({ key: name, path: PAYMENTS, body: asked }, manner(dice));
  if (told?.body.status !== 'succeeded') return ended(told, cast, 'no_effect');
  promises.paid(String(told.body.id), asked.amount);
  if (dice.isLucky(0.5)) return 'charged';
  const request = { key: `${name} removal`, path: `${methods}/${method}`, body: {}, method: 'DELETE' } as const;
  const gone = await shop.ask(request, manner(dice));
  return gone === null ? undefined : `charged, and ${ended(gone, cast, 'detached') ?? ''}`;
};

/** As soon as some money is available, in whatever currency. */
const payOut: Story = async ({ shop, dashboard, dice, name }) => {
  const amount = dice.between(100, 300);
  for (let tries = 1; tries <= 20 && !shop.isClosed; tries++) {
    for (const currency of CURRENCIES) {
      const made = await dashboard.payOut(amount, currency, `${name} ${currency} ${tries}`);
      if (made !== null) return 'made';
    }
    await shop.pause(1_500);
  }
  return 'refused';
};

export const REFUND_STORIES: Stories = {
  'order refunded': { weight: 6, tell: refund },
  'order refunded by two clerks at once': { weight: 3, tell: refundTwice },
  'refund that another decides': { weight: 3, tell: refundWithApproval },
  'refund that the bank sends back': { weight: 1, tell: refundThatFails },
  'refund in the dashboard': { weight: 2, tell: refundInDashboard },
  dispute: { weight: 2, tell: disputed },
  'card saved, and charged': { weight: 3, tell: saveCard },
  payout: { weight: 1, tell: payOut },
};
