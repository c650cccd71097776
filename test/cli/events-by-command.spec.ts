import { PreviewReplay } from '../../src/application/webhook/preview-replay';
import { ReplayWebhooks } from '../../src/application/webhook/replay-webhooks';
import {
  WebhookInbox,
  type KnownEvent,
  type WebhookFilter,
  type WebhookView,
} from '../../src/application/webhook/webhook-inbox';
import { cashdesk, linesOf } from './command-line';

const EVENT: WebhookView = {
  id: 'evt_1',
  type: 'payment_intent.succeeded',
  status: 'processed',
  paymentId: 'pay_1',
  objectId: 'pi_1',
  apiVersion: '2026-09-30.endive',
  deliveries: 2,
  came: 'delivered',
  note: null,
  createdAt: '2026-12-01T10:00:00.000Z',
  receivedAt: '2026-12-01T10:00:01.000Z',
  processedAt: '2026-12-01T10:00:02.000Z',
};

class FakeInbox extends WebhookInbox {
  readonly asked: { filter: WebhookFilter; limit: number }[] = [];

  constructor(private readonly events: WebhookView[] = []) {
    super();
  }

  override async storeFetched(): Promise<number> {
    return 0;
  }

  override async list(filter: WebhookFilter, limit: number): Promise<WebhookView[]> {
    this.asked.push({ filter, limit });
    return this.events;
  }
  override async show(id: string): Promise<WebhookView | null> {
    return this.events.find((event) => event.id === id) ?? null;
  }
  override async store(): Promise<boolean> {
    return false;
  }
  override async waiting(): Promise<KnownEvent[]> {
    return [];
  }
  override async close(): Promise<void> {}
  override async enqueueForgotten(): Promise<void> {}
  override async noteFailure(): Promise<void> {}
}

const over = (inbox: FakeInbox) => [
  { provide: WebhookInbox, useValue: inbox },
  { provide: ReplayWebhooks, useValue: null },
  { provide: PreviewReplay, useValue: null },
];

describe('webhooks list', () => {
  it('shows each event and what became of it', async () => {
    const { exitCode, out } = await cashdesk(['webhooks', 'list'], over(new FakeInbox([EVENT])));
    expect(exitCode).toBe(0);
    expect(linesOf(out)[1]).toMatch(
      /^evt_1 +payment_intent\.succeeded +processed +pay_1 +delivered +2 +2026-12-01T10:00:01\.000Z +-$/,
    );
  });

  it('asks for what was asked for', async () => {
    const inbox = new FakeInbox();
    await cashdesk(
      'webhooks list --status ignored --type charge.updated --payment pay_1 --limit 100'.split(' '),
      over(inbox),
    );
    await cashdesk(['webhooks', 'list'], over(inbox));
    expect(inbox.asked).toEqual([
      { filter: { status: 'ignored', type: 'charge.updated', paymentId: 'pay_1' }, limit: 100 },
      { filter: {}, limit: 20 },
    ]);
  });

  it('says that there is nothing', async () => {
    const none = over(new FakeInbox());
    expect((await cashdesk(['webhooks', 'list'], none)).out).toBe('There are no events yet.\n');
    expect((await cashdesk(['webhooks', 'list', '--type', 'x'], none)).out).toBe('No events match.\n');
    expect(JSON.parse((await cashdesk(['webhooks', 'list', '--json'], none)).out)).toEqual({ data: [] });
  });
});

describe('webhooks show', () => {
  it('shows one event, to people and to programs', async () => {
    const inbox = over(new FakeInbox([EVENT]));
    expect((await cashdesk(['webhooks', 'show', 'evt_1'], inbox)).out).toMatch(/^Object +pi_1$/m);
    expect(JSON.parse((await cashdesk(['webhooks', 'show', 'evt_1', '--json'], inbox)).out)).toEqual(EVENT);
  });

  it('does not find what is not there', async () => {
    const { exitCode, err } = await cashdesk(['webhooks', 'show', 'evt_2'], over(new FakeInbox([EVENT])));
    expect({ exitCode, err }).toEqual({
      exitCode: 3,
      err: 'No event has this id (evt_…): see cashdesk webhooks list.\n',
    });
  });
});
