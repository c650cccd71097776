import { ProcessWebhook } from '../../src/application/webhook/process-webhook';
import { CashDesk } from '../support/fakes/cash-desk';
import { allFamilies } from '../support/fakes/event-desk';
import { InMemoryInbox } from '../support/fakes/in-memory-inbox';
import { CREATE, HOUR, inDoubt, NOON, paid, paymentIn, sent } from '../support/samples';

let desk: CashDesk;
let inbox: InMemoryInbox;
let numbered: number;
beforeEach(() => {
  desk = new CashDesk();
  desk.stripe.risk = { riskScore: 12, riskLevel: 'normal' };
  inbox = new InMemoryInbox();
  numbered = 0;
});

/** Events that these requests caused come, and are worked on together. @returns how often Stripe was asked for it. */
async function workedOn(...requests: (string | null)[]): Promise<number> {
  for (const stripeRequest of requests) {
    await inbox.store({
      id: `evt_${String(++numbered)}`,
      type: 'payment_intent.succeeded',
      apiVersion: null,
      livemode: false,
      account: null,
      created: NOON,
      objectType: 'payment_intent',
      objectId: 'pi_1',
      intent: 'pi_1',
      stripeRequest,
      payload: '{}',
    });
  }
  const before = desk.stripe.reads;
  await new ProcessWebhook(inbox, allFamilies({ cash: desk })).execute('pi_1');
  expect((await inbox.list()).map(({ status }) => status)).toEqual(Array(numbered).fill('processed'));
  return desk.stripe.reads - before;
}

const VISA = { paymentMethod: 'pm_card_visa', confirm: true };

describe('An event that a request of ours caused', () => {
  it('needs no look, since its answer has told all of it', async () => {
    await desk.create('key-1', VISA);
    expect(await workedOn('req_1', 'req_1')).toBe(0);
    expect((await inbox.list()).map(({ paymentId }) => paymentId)).toEqual([desk.payment.id, desk.payment.id]);
    expect(desk.payment.status).toBe('succeeded');
  });

  it.each<[string, (string | null)[]]>([
    ['somebody else', ['req_of_somebody_else']],
    ['Stripe itself', [null]],
    ['us, and one of somebody else', ['req_1', 'req_2']],
  ])('is looked at where the request was of %s', async (_whose, requests) => {
    await desk.create('key-1', VISA);
    expect(await workedOn(...requests)).toBe(1);
  });

  it('is looked at where the answer did not tell the risk', async () => {
    desk.stripe.risk = { riskScore: null, riskLevel: null };
    await desk.create('key-1', VISA);
    expect(await workedOn('req_1')).toBe(1);
  });

  it('is looked at where the answer was lost, though the same request was found to have succeeded', async () => {
    desk.stripe.strike('lost_after');
    await desk.create('key-1', VISA);
    expect(await workedOn('req_1')).toBe(1);
    await desk.letTimePass(HOUR);
    expect(desk.payment.status).toBe('succeeded');
    expect(await workedOn('req_1')).toBe(1);
  });

  it('is looked at where more is to come: of the payer, or of the bank', async () => {
    await desk.create('key-1', { paymentMethod: 'pm_challenge', confirm: true });
    expect(await workedOn('req_1')).toBe(1);
    desk.stripe.set('pi_1', { status: 'processing', nextAction: null, redirectUrl: null });
    expect(await workedOn('req_1')).toBe(1);
    expect(desk.payment.status).toBe('processing');
    desk.stripe.set('pi_1', paid('ch_9'));
    expect(await workedOn('req_1')).toBe(1);
    expect(desk.payment.status).toBe('succeeded');
  });

  it('is looked at where it came before its answer', async () => {
    desk.stripe.beforeAnswer = async () => {
      expect(await workedOn('req_1')).toBe(1);
    };
    await desk.create('key-1', VISA);
    expect(desk.payment.status).toBe('succeeded');
  });
});

describe('What is known from an answer', () => {
  it('is not what an attempt came to whose answer was lost once, whichever request told it later', () => {
    const answered = sent(CREATE);
    answered.settle('succeeded', {}, 'req_1', NOON);
    expect([answered.isAnsweredBy('req_1'), answered.isAnsweredBy('req_2')]).toEqual([true, false]);
    const doubted = inDoubt(CREATE);
    doubted.settle('succeeded', {}, 'req_1', NOON);
    expect(doubted.isAnsweredBy('req_1')).toBe(false);
  });

  it('is not all of a payment that is under way at the bank, or to be looked at again', () => {
    expect(paymentIn({ status: 'succeeded' }).isToBeLookedAt).toBe(false);
    expect(paymentIn({ status: 'processing' }).isToBeLookedAt).toBe(true);
    expect(paymentIn({ status: 'succeeded', refreshDueAt: NOON }).isToBeLookedAt).toBe(true);
  });
});
