import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import { Trial, type Tried } from '../../src/application/shared/trial';
import { EventFamilies } from '../../src/application/webhook/event-families';
import type { EventFamily } from '../../src/application/webhook/event-family';
import { PreviewReplay, type ReplayPreview } from '../../src/application/webhook/preview-replay';
import { WebhookReplays, type ReplayableEvent } from '../../src/application/webhook/webhook-replays';
import { MovableClock } from '../support/fakes/movable-clock';
import { NOON } from '../support/samples';

const CHANGE = { table: 'payments', id: 'pay_1', before: { status: 'processing' }, after: { status: 'succeeded' } };

/** Everything that is worked on changes one row. */
class ChangingTrial extends Trial {
  readonly about: (readonly string[])[] = [];

  override async run<T>(about: readonly string[], work: () => Promise<T>): Promise<Tried<T>> {
    this.about.push(about);
    return { result: await work(), changes: [CHANGE] };
  }
}

/** A page holds one event. */
class StoredEvents extends WebhookReplays {
  constructor(private readonly events: readonly ReplayableEvent[]) {
    super();
  }

  override page(_selection: object, after: ReplayableEvent | null): Promise<ReplayableEvent[]> {
    const next = this.events[after === null ? 0 : this.events.indexOf(after) + 1];
    return Promise.resolve(next === undefined ? [] : [next]);
  }

  override enqueue(): Promise<number> {
    throw new Error('a preview enqueues nothing');
  }
}

const event = (id: string, objectId: string, intent: string | null = null): ReplayableEvent => ({
  id,
  type: 'charge.captured',
  apiVersion: null,
  livemode: false,
  account: null,
  created: NOON,
  objectType: 'charge',
  objectId,
  intent,
  stripeRequest: null,
  paymentId: null,
  receivedAt: '2026-12-01T10:00:00.000001Z',
});

async function preview(work: EventFamily['work'], ...events: ReplayableEvent[]) {
  const trial = new ChangingTrial();
  const families = new EventFamilies([{ speaks: () => true, work }]);
  const found: ReplayPreview[] = [];
  for await (const each of new PreviewReplay(new StoredEvents(events), families, trial, new MovableClock()).execute({}))
    found.push(each);
  return { found, about: trial.about };
}

describe('The preview of a replay', () => {
  it('tells what changes and of which payment, found by the ids that the event has', async () => {
    const takes: EventFamily['work'] = async (_event, _cause, taken) => (await taken('pay_1'), null);
    const { found, about } = await preview(takes, event('evt_1', 'ch_1', 'pi_1'));
    expect(found).toMatchObject([{ outcome: 'would_change', paymentId: 'pay_1', changes: [CHANGE] }]);
    expect(about).toEqual([['ch_1', 'pi_1']]);
  });

  it('looks once at what several events are about, on whichever page they are', async () => {
    let looks = 0;
    const { found } = await preview(
      () => {
        looks += 1;
        return Promise.resolve(null);
      },
      event('evt_1', 'ch_1'),
      event('evt_2', 'ch_2'),
      event('evt_3', 'ch_1'),
    );
    expect(looks).toBe(2);
    expect(found.map(({ outcome, note }) => [outcome, note])).toEqual([
      ['would_change', null],
      ['would_change', null],
      ['seen', 'It is about the same as evt_1.'],
    ]);
  });

  it('goes on after work that would fail, and says why without an address', async () => {
    const work: EventFamily['work'] = ({ id }) =>
      id === 'evt_1' ? Promise.reject(new Error('no room for ada@example.com')) : Promise.resolve(null);
    const { found } = await preview(work, event('evt_1', 'ch_1'), event('evt_2', 'ch_2'));
    expect(found).toMatchObject([
      { outcome: 'would_fail', note: 'Error: no room for [e-mail]', changes: [] },
      { outcome: 'would_change' },
    ]);
  });

  it('ends where Stripe does not answer, since nothing can be said then', async () => {
    const away: EventFamily['work'] = () => Promise.reject(new GatewayUnavailable('Nobody answered.'));
    await expect(preview(away, event('evt_1', 'ch_1'))).rejects.toThrow(GatewayUnavailable);
  });
});
