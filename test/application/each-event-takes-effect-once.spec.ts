import { StripeBinding, type StripeAccount } from '../../src/application/shared/stripe-binding';
import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import { EventFamilies } from '../../src/application/webhook/event-families';
import type { EventFamily } from '../../src/application/webhook/event-family';
import { ProcessWebhook } from '../../src/application/webhook/process-webhook';
import { ReceiveWebhook } from '../../src/application/webhook/receive-webhook';
import type { StripeEvent } from '../../src/application/webhook/webhook-inbox';
import { WebhookVerifier, type WebhookRefusal } from '../../src/application/webhook/webhook-verifier';
import { err, ok, type Result } from '../../src/domain/shared/result';
import { CashDesk } from '../support/fakes/cash-desk';
import { allFamilies } from '../support/fakes/event-desk';
import { InMemoryInbox } from '../support/fakes/in-memory-inbox';
import { NOON, paid, seen } from '../support/samples';

const EVENT: StripeEvent = {
  id: 'evt_1',
  type: 'payment_intent.succeeded',
  apiVersion: '2026-09-30.endive',
  livemode: false,
  account: null,
  created: NOON,
  objectType: 'payment_intent',
  objectId: 'pi_1',
  intent: 'pi_1',
  stripeRequest: null,
  payload: '{}',
};

/** Takes what is signed with `right`, and reads the event from the body. */
class TrustingVerifier extends WebhookVerifier {
  override verify(body: Uint8Array, signature: string | undefined): Result<StripeEvent, WebhookRefusal> {
    if (signature !== 'right') return err({ kind: 'signature', detail: 'wrong' });
    return ok({ ...EVENT, ...(JSON.parse(Buffer.from(body).toString()) as Partial<StripeEvent>) });
  }
}

class BoundToTest extends StripeBinding {
  override current(): StripeAccount {
    return { account: 'acct_1', livemode: false };
  }
}

let desk: CashDesk;
let inbox: InMemoryInbox;
let process: ProcessWebhook;
beforeEach(() => {
  desk = new CashDesk();
  inbox = new InMemoryInbox();
  process = new ProcessWebhook(inbox, allFamilies({ cash: desk }));
});

const receive = (change: Partial<StripeEvent> = {}, signature: string | undefined = 'right') =>
  new ReceiveWebhook(new TrustingVerifier(), inbox, new BoundToTest(), desk.clock).execute(
    Buffer.from(JSON.stringify(change)),
    signature,
  );

describe('A delivery', () => {
  it('is stored with its job, and a second one is known as that', async () => {
    expect(await receive()).toEqual({ ok: true, value: { id: 'evt_1', duplicate: false } });
    expect(await receive()).toEqual({ ok: true, value: { id: 'evt_1', duplicate: true } });
    expect(inbox.jobs).toEqual(['pi_1']);
  });

  it.each<[string, Partial<StripeEvent>, string, string]>([
    ['forged', {}, 'wrong', 'signature'],
    ['of live mode', { livemode: true }, 'right', 'foreign'],
    ['of another account', { account: 'acct_2' }, 'right', 'foreign'],
  ])('%s is refused, and nothing of it is stored', async (_what, change, signature, kind) => {
    expect(await receive(change, signature)).toMatchObject({ ok: false, error: { kind } });
    expect(await inbox.list()).toEqual([]);
    expect(inbox.jobs).toEqual([]);
  });

  it('that names our own account is taken', async () => {
    expect((await receive({ account: 'acct_1' })).ok).toBe(true);
  });
});

describe('A stored event', () => {
  const payByClient = async () => {
    await desk.create('key-1');
    desk.stripe.set('pi_1', paid('ch_9'));
  };

  it('takes effect once, however often it is worked on', async () => {
    await payByClient();
    await receive();
    await process.execute('pi_1');
    await process.execute('pi_1');
    expect(desk.events).toEqual(['payment.created', 'payment.succeeded']);
    expect(desk.stripe.reads).toBe(1);
    expect(await inbox.show('evt_1')).toMatchObject({ status: 'processed', paymentId: desk.payment.id, note: null });
  });

  it('and three others about the same change have one effect', async () => {
    await payByClient();
    const others = ['charge.succeeded', 'payment_intent.succeeded', 'payment_intent.created'];
    await receive();
    for (const [n, type] of others.entries()) await receive({ id: `evt_${String(n + 2)}`, type });
    await process.execute('pi_1');
    expect(desk.events).toEqual(['payment.created', 'payment.succeeded']);
    expect(desk.attempts.filter(({ charge }) => charge === 'ch_9')).toHaveLength(1);
    expect((await inbox.list()).map(({ status }) => status)).toEqual(Array(4).fill('processed'));
  });

  it('and others that wait for the same payment are one look at Stripe', async () => {
    await payByClient();
    const ids = ['evt_1', 'evt_2', 'evt_3'];
    for (const id of ids) await receive({ id });
    await receive({ id: 'evt_4', type: 'charge.succeeded', objectType: 'charge', objectId: 'ch_9' });
    await process.execute('pi_1');
    expect(desk.stripe.reads).toBe(1);
    expect((await inbox.list()).map(({ status }) => status)).toEqual(Array(4).fill('processed'));
  });

  it('that comes while Stripe is being asked stays for a look of its own', async () => {
    await desk.create('key-1');
    await receive();
    let came = false;
    desk.stripe.beforeReading = async () => {
      if (came) return;
      came = true;
      await receive({ id: 'evt_2' });
    };
    await process.execute('pi_1');
    expect(await inbox.show('evt_1')).toMatchObject({ status: 'processed' });
    expect(await inbox.show('evt_2')).toMatchObject({ status: 'received' });
    desk.stripe.set('pi_1', paid('ch_9'));
    await process.execute('pi_1');
    expect(desk.payment.status).toBe('succeeded');
    expect((await inbox.list()).map(({ status }) => status)).toEqual(['processed', 'processed']);
  });

  it('takes effect though another of the same payment cannot be worked on', async () => {
    const family = (prefix: string, work: EventFamily['work']): EventFamily => ({
      speaks: (type) => type.startsWith(prefix),
      work,
    });
    const families = new EventFamilies([
      family('refund.', () => Promise.reject(new GatewayUnavailable('no answer'))),
      family('charge.', () => Promise.reject(new Error('poisoned'))),
      family('payment_intent.', async (_event, _cause, taken) => (await taken(null), null)),
    ]);
    await receive({ id: 'evt_2', type: 'refund.created' });
    await receive({ id: 'evt_3', type: 'charge.succeeded' });
    await receive();
    await expect(new ProcessWebhook(inbox, families).execute('pi_1')).rejects.toThrow('poisoned');
    expect(await inbox.show('evt_1')).toMatchObject({ status: 'processed' });
    expect((await inbox.waiting('pi_1')).map(({ id }) => id)).toEqual(['evt_2', 'evt_3']);
  });

  it('and those that wait with it stay to be worked on when Stripe does not answer, and then all take effect', async () => {
    await payByClient();
    const ids = ['evt_1', 'evt_2'];
    for (const id of ids) await receive({ id });
    desk.stripe.unavailable = true;
    await expect(process.execute('pi_1')).rejects.toThrow(GatewayUnavailable);
    expect((await inbox.list()).map(({ status }) => status)).toEqual(['received', 'received']);
    desk.stripe.unavailable = false;
    await process.execute('pi_1');
    expect((await inbox.list()).map(({ status }) => status)).toEqual(['processed', 'processed']);
  });

  it('stays to be worked on when Stripe does not answer', async () => {
    await payByClient();
    await receive();
    desk.stripe.unavailable = true;
    await expect(process.execute('pi_1')).rejects.toThrow(GatewayUnavailable);
    expect(await inbox.show('evt_1')).toMatchObject({ status: 'received' });
    desk.stripe.unavailable = false;
    await process.execute('pi_1');
    expect(desk.payment.status).toBe('succeeded');
  });

  it.each(['customer.created', 'invoice.paid', 'charge.dispute_of_another_kind', 'something.new'])(
    'of type %s is kept and ignored',
    async (type) => {
      await payByClient();
      await receive({ type });
      await process.execute('pi_1');
      expect(await inbox.show('evt_1')).toMatchObject({ status: 'ignored' });
      expect(desk.stripe.reads).toBe(0);
    },
  );

  it('about somebody else’s intent is ignored', async () => {
    desk.stripe.intents.set('pi_1', seen({ paymentId: null }));
    await receive();
    await process.execute('pi_1');
    expect(await inbox.show('evt_1')).toMatchObject({ status: 'ignored', note: expect.stringContaining('pi_1') });
  });

  it('about payments that names no intent is set aside, because it may be of a version that we cannot read', async () => {
    await receive({ intent: null, apiVersion: '2031-01-01.future' });
    await process.execute('pi_1');
    expect(await inbox.show('evt_1')).toMatchObject({ status: 'set_aside', note: expect.stringContaining('2031') });
  });

  it('about a charge without an intent is none of ours', async () => {
    await receive({ intent: null, type: 'charge.succeeded' });
    await process.execute('pi_1');
    expect(await inbox.show('evt_1')).toMatchObject({ status: 'ignored' });
  });

  it('that is not there is nothing to do', async () => {
    await expect(process.execute('pi_none')).resolves.toBeUndefined();
  });
});
