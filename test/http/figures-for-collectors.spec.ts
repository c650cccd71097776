import { PrometheusMetrics } from '../../src/infrastructure/telemetry/prometheus-metrics';

let metrics: PrometheusMetrics;
beforeEach(() => {
  metrics = new PrometheusMetrics();
});

const lines = async (name: string) =>
  (await metrics.exposition()).text.split('\n').filter((line) => line.startsWith(name));

it('calls are counted and timed by gateway, operation and class', async () => {
  for (const outcome of ['answered', 'answered', 'declined', null]) {
    metrics.began('payment');
    metrics.ended('payment', 'create', outcome, 40);
  }
  const of = (name: string) => `gateway="payment",operation="create",class="${name}"`;
  expect(await lines('cashdesk_stripe_call_seconds_count')).toEqual([
    `cashdesk_stripe_call_seconds_count{${of('answered')}} 2`,
    `cashdesk_stripe_call_seconds_count{${of('declined')}} 1`,
    `cashdesk_stripe_call_seconds_count{${of('bug')}} 1`,
  ]);
  expect(await lines('cashdesk_stripe_call_seconds_sum')).toContain(
    `cashdesk_stripe_call_seconds_sum{${of('answered')}} 0.08`,
  );
  expect(await lines('cashdesk_stripe_call_seconds_bucket')).toContain(
    `cashdesk_stripe_call_seconds_bucket{le="0.05",${of('answered')}} 2`,
  );
});

it('what is under way and what was turned away is told by gateway', async () => {
  metrics.began('refund');
  metrics.turnedAway('refund', 'open');
  metrics.turnedAway('refund', 'open');
  expect(await lines('cashdesk_stripe_calls')).toEqual([
    'cashdesk_stripe_calls_in_flight{gateway="refund"} 1',
    'cashdesk_stripe_calls_turned_away{gateway="refund",why="open"} 2',
  ]);
});

it('figures that cannot be read are left out, and the others told', async () => {
  metrics.figures('jobs', 'Jobs', ['state'], () => Promise.reject(new Error('the database is away')));
  metrics.figures('places', 'Places', ['use'], () => [{ labels: { use: 'limit' }, value: 20 }]);
  expect([await lines('jobs'), await lines('places')]).toEqual([[], ['places{use="limit"} 20']]);
});

it('two instances in one process have figures of their own', async () => {
  new PrometheusMetrics().began('payment');
  expect(await lines('cashdesk_stripe_calls_in_flight')).toEqual([]);
});
