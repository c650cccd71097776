import { RecordAudit } from '../../src/application/audit/record-audit';
import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import { PreviewReplay, type ReplayPreview } from '../../src/application/webhook/preview-replay';
import { ReplayWebhooks } from '../../src/application/webhook/replay-webhooks';
import { WebhookInbox } from '../../src/application/webhook/webhook-inbox';
import type { ReplaySelection } from '../../src/application/webhook/webhook-replays';
import { InMemoryAuditTrail } from '../support/fakes/in-memory-audit-trail';
import { cashdesk, linesOf } from './command-line';

const RECEIVED = '2026-12-01T10:00:01.000001Z';
const PAID: ReplayPreview = {
  events: [
    { id: 'evt_1', type: 'charge.succeeded', receivedAt: RECEIVED },
    { id: 'evt_2', type: 'payment_intent.succeeded', receivedAt: RECEIVED },
  ],
  outcome: 'would_change',
  paymentId: 'pay_1',
  note: null,
  changes: [
    { table: 'payments', id: 'pay_1', before: { status: 'processing' }, after: { status: 'succeeded' } },
    { table: 'domain_events', id: '7', before: null, after: { id: 7, type: 'payment.succeeded', version: 1 } },
  ],
};
const OTHER = (outcome: ReplayPreview['outcome'], note: string | null = null): ReplayPreview => {
  const events = [{ id: `evt_${outcome}`, type: 'charge.captured', receivedAt: RECEIVED }];
  return { events, outcome, paymentId: null, note, changes: [] };
};

/** What is asked of the use cases, and an answer. */
class Replaying {
  readonly replays: ReplaySelection[] = [];
  readonly dryRuns: ReplaySelection[] = [];
  readonly trail = new InMemoryAuditTrail();

  constructor(
    private readonly found: number,
    private readonly previews: readonly ReplayPreview[] = [],
    private readonly away = false,
  ) {}

  run(line: string) {
    const execute: ReplayWebhooks['execute'] = (selection, progress) => {
      this.replays.push(selection);
      if (this.found > 0) progress({ replayed: this.found, upTo: RECEIVED });
      return Promise.resolve(this.found);
    };
    const preview = this.preview.bind(this);
    return cashdesk(
      ['webhooks', 'replay', ...line.split(' ').filter((word) => word !== '')],
      [
        { provide: WebhookInbox, useValue: null },
        { provide: RecordAudit, useValue: this.trail.record },
        { provide: ReplayWebhooks, useValue: { execute } },
        { provide: PreviewReplay, useValue: { execute: preview } },
      ],
    );
  }

  private async *preview(selection: ReplaySelection): AsyncGenerator<ReplayPreview> {
    this.dryRuns.push(selection);
    yield* this.previews;
    if (this.away) throw new GatewayUnavailable('Nobody answered.');
    await Promise.resolve();
  }
}

describe('webhooks replay', () => {
  it('takes events by their ids', async () => {
    const replaying = new Replaying(2);
    const { exitCode, out, err } = await replaying.run('evt_1 evt_2 evt_1');
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toBe('2 events are queued again. What becomes of them: cashdesk webhooks list.\n');
    expect(replaying.replays).toEqual([{ ids: ['evt_1', 'evt_2'] }]);
  });

  it('takes a range, and tells how far it has come', async () => {
    const replaying = new Replaying(1);
    const line =
      '--from 2026-12-01T10:00:00Z --to 2026-12-02 --type charge.captured --status set_aside --payment pay_1';
    const { out, err } = await replaying.run(line);
    expect(out).toMatch(/^1 event is queued again\./);
    expect(err).toBe(`1 queued again, received up to ${RECEIVED}\n`);
    expect(replaying.replays).toEqual([
      {
        from: new Date('2026-12-01T10:00:00Z'),
        to: new Date('2026-12-02T00:00:00Z'),
        type: 'charge.captured',
        status: 'set_aside',
        paymentId: 'pay_1',
      },
    ]);
    expect((await new Replaying(0).run('--all --json')).out).toBe('{\n  "replayed": 0\n}\n');
    expect((await new Replaying(0).run('--type x')).out).toBe('No events match.\n');
  });

  it.each([
    ['', /^Say which: /],
    ['evt_1 --all', /^Say which: /],
    ['--all --type charge.captured', /^Say which: /],
    ['--from yesterday', /^--from must be a time /],
    ['--status lost', /^--status must be one of /],
  ])('"%s" is refused before anything is done', async (line, problem) => {
    const replaying = new Replaying(1);
    const { exitCode, err } = await replaying.run(line);
    expect(exitCode).toBe(2);
    expect(err).toMatch(problem);
    expect([...replaying.replays, ...replaying.dryRuns]).toEqual([]);
  });

  it('says of ids that they are none', async () => {
    const none = await new Replaying(0).run('evt_9');
    expect([none.exitCode, none.err]).toEqual([3, 'No event has the id evt_9 (evt_…): see cashdesk webhooks list.\n']);
    const neither = await new Replaying(0).run('evt_8 evt_9');
    expect(neither.err).toBe("None of these ids is an event's (evt_…): see cashdesk webhooks list.\n");
    const some = await new Replaying(1).run('evt_1 evt_9');
    expect([some.exitCode, some.err]).toEqual([
      3,
      "1 of these ids are no event's (evt_…), the others were taken: see cashdesk webhooks list.\n",
    ]);
  });

  it('stands in the audit trail, and its dry run does not', async () => {
    const replaying = new Replaying(1, [PAID]);
    await replaying.run('--all --dry-run');
    expect(replaying.trail.entries).toEqual([]);
    await replaying.run('--all');
    expect(replaying.trail.entries.length).toBeGreaterThan(0);
  });
});

describe('webhooks replay --dry-run', () => {
  it('prints what would change, row by row, and what would not', async () => {
    const previews = [PAID, OTHER('nothing'), OTHER('ignored', 'Not ours.'), OTHER('would_fail', 'Error: odd\u0007')];
    const replaying = new Replaying(0, previews);
    const { exitCode, out } = await replaying.run('--all --dry-run');
    expect(exitCode).toBe(0);
    expect(linesOf(out)).toEqual([
      'evt_1 charge.succeeded, evt_2 payment_intent.succeeded (pay_1): would change',
      '  ~ payments pay_1: status processing -> succeeded',
      '  + domain_events 7: type payment.succeeded',
      'evt_nothing charge.captured: nothing would change',
      'evt_ignored charge.captured: would be ignored. Not ours.',
      'evt_would_fail charge.captured: would fail. Error: odd\\u0007',
      '',
      '5 events are looked at: 2 would change something, 1 would change nothing, 1 would be ignored, 1 would fail. Nothing was changed.',
    ]);
    expect(replaying.replays).toEqual([]);
  });

  it('is one document for programs', async () => {
    const { out } = await new Replaying(0, [PAID]).run('evt_1 evt_2 --dry-run --json');
    expect(JSON.parse(out)).toEqual({ data: [PAID] });
  });

  it('stops where Stripe does not answer, and says where to go on', async () => {
    const { exitCode, err } = await new Replaying(0, [PAID], true).run('--all --dry-run');
    expect([exitCode, err]).toEqual([
      4,
      `Stripe could not be asked: Nobody answered. Nothing was changed. Go on with --from ${RECEIVED}.\n`,
    ]);
  });
});
