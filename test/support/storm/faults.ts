import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../dice';
import type { Instance } from '../instance';
import type { FaultDefinition } from '../simulator-control';
import type { Street } from '../street';
import type { Met, TcpProxy } from '../tcp-proxy';

/** Does it, and comes back when it is over; with what counts whom it met, where it may have met nobody. */
export type Strike = (street: Street, dice: Dice) => Promise<Met | undefined>;

const done = async (work: Promise<unknown>): Promise<undefined> => {
  await work;
  return undefined;
};

/** What is done to processes and to the ways between them, and how often compared with the others. */
export const FAULTS: Readonly<Record<string, { readonly weight: number; readonly strike: Strike }>> = {
  'instance killed': {
    weight: 4,
    strike: (street, dice) => done(oneOf(street, dice).kill()),
  },
  'instance ended by SIGTERM': {
    weight: 2,
    strike: (street, dice) => done(oneOf(street, dice).end()),
  },
  'clock of an instance wrong': {
    weight: 1,
    strike: async (street, dice) => {
      const instance = oneOf(street, dice);
      instance.shiftClock(dice.of([-240, -90, 0, 90, 240]) * 1_000);
      return done(instance.kill());
    },
  },
  'PostgreSQL killed': {
    weight: 3,
    strike: async (street, dice) => {
      const down = dice.between(100, 1_500);
      if (!street.postgres.isUp) return NOBODY;
      await street.postgres.kill();
      await sleep(down);
      return done(street.postgres.restart());
    },
  },
  'connections ended by PostgreSQL': {
    weight: 1,
    strike: async ({ postgres }) => (postgres.isUp ? done(postgres.endConnections()) : NOBODY),
  },
  'Redis killed': {
    weight: 1,
    strike: async (street, dice) => {
      await street.killRedis();
      await sleep(dice.between(500, 3_000));
      return done(street.startRedis());
    },
  },
  'Redis that swallows everything': {
    weight: 1,
    strike: async (street, dice) => {
      const { ways } = oneOf(street, dice);
      const met = ways.redis.blackhole();
      // Its health asks Redis, which hangs.
      const address = `http://127.0.0.1:${String(ways.entrance.port)}/api/health`;
      for (let n = 0; n < 5 && met.times === 0; n++) {
        await fetch(address, { signal: AbortSignal.timeout(2_000) }).catch(() => sleep(500));
      }
      await sleep(dice.between(500, 2_000));
      ways.redis.calm();
      return met;
    },
  },
  'Redis emptied': { weight: 1, strike: (street) => done(street.flushRedis()) },
  'connections cut': {
    weight: 4,
    strike: async (street, dice) => {
      const way = anyWay(street, dice);
      await soon(() => way.connections > 0);
      return way.cut();
    },
  },
  'connections refused': {
    weight: 3,
    strike: async (street, dice) => {
      const way = anyWay(street, dice);
      await way.refuse();
      await sleep(dice.between(200, 1_500));
      return done(way.allow());
    },
  },
  'way that swallows everything': {
    weight: 3,
    strike: (street, dice) => weather(street, dice, (way) => way.blackhole()),
  },
  'slow way': {
    weight: 3,
    strike: (street, dice) => weather(street, dice, (way) => way.delay(dice.between(20, 400))),
  },
  'narrow way': {
    weight: 2,
    strike: (street, dice) => weather(street, dice, (way) => way.throttle(dice.between(2_000, 50_000))),
  },
  'answer cut in the middle': {
    weight: 3,
    strike: async (street, dice) => {
      const { entrance, stripe } = oneOf(street, dice).ways;
      return dice.of([entrance, stripe]).cutAfter(dice.between(1, 200), 'POST');
    },
  },
  'answer of the service lost': {
    weight: 4,
    strike: async (street, dice) => oneOf(street, dice).ways.entrance.loseAnswer('POST'),
  },
  'answer of Stripe lost': {
    weight: 4,
    strike: async (street, dice) => oneOf(street, dice).ways.stripe.loseAnswer('POST'),
  },
  'acknowledgement of a COMMIT lost': {
    weight: 4,
    strike: async (street, dice) => oneOf(street, dice).ways.postgres.loseAnswer('COMMIT'),
  },
  'answer to an INSERT lost': {
    weight: 2,
    strike: async (street, dice) => oneOf(street, dice).ways.postgres.loseAnswer('INSERT'),
  },
  'Stripe away': {
    weight: 2,
    strike: async ({ instances }, dice) => {
      const ways = instances.map(({ ways: { stripe } }) => stripe);
      await Promise.all(ways.map((way) => way.refuse()));
      await sleep(dice.between(500, 4_000));
      return done(Promise.all(ways.map((way) => way.allow())));
    },
  },
  "Stripe's clock moved": {
    weight: 1,
    strike: ({ stripe }, dice) => done(stripe.advanceClock(dice.between(1, 5))),
  },
  'old events sent again': {
    weight: 2,
    strike: async ({ stripe }, dice) => {
      let delivered = await stripe.deliveries({ status: 'delivered' });
      while (delivered.length === 0) {
        await sleep(500);
        delivered = await stripe.deliveries({ status: 'delivered' });
      }
      return done(stripe.resend(dice.of(delivered).event, dice.between(2, 20)));
    },
  },
};

function oneOf({ instances }: Street, dice: Dice): Instance {
  return dice.of(instances);
}

function anyWay(street: Street, dice: Dice): TcpProxy {
  const { entrance, postgres, stripe } = oneOf(street, dice).ways;
  return dice.of([entrance, postgres, postgres, stripe, stripe, street.front]);
}

/** What waits for somebody to come by does so for a while only. */
async function soon(isSo: () => boolean): Promise<void> {
  for (let waited = 0; waited < 5_000 && !isSo(); waited += 50) await sleep(50);
}

const NOBODY: Met = { times: 0 };

async function weather(street: Street, dice: Dice, begin: (way: TcpProxy) => Met): Promise<Met> {
  const way = anyWay(street, dice);
  const met = begin(way);
  await sleep(dice.between(300, 2_500));
  await soon(() => met.times > 0);
  way.calm();
  return met;
}

const MUTATIONS = [
  { method: 'POST' },
  { method: 'POST', path: '/v1/payment_intents' },
  { method: 'POST', path: '/v1/payment_intents/*' },
  { method: 'POST', path: '/v1/refunds' },
];

/** What is set at the simulator, and strikes what comes next. */
export const FAULTS_AT_STRIPE: Readonly<
  Record<string, { readonly weight: number; readonly define: (dice: Dice) => FaultDefinition }>
> = {
  'Stripe: slow': {
    weight: 2,
    define: (dice) => ({ kind: 'delay', ms: dice.between(100, 1_500), times: dice.between(2, 8) }),
  },
  'Stripe: reset before the effect': {
    weight: 2,
    define: (dice) => ({ kind: 'reset_before_effect', match: dice.of(MUTATIONS), times: dice.between(1, 3) }),
  },
  'Stripe: reset after the effect': {
    weight: 3,
    define: (dice) => ({ kind: 'reset_after_effect', match: dice.of(MUTATIONS), times: dice.between(1, 3) }),
  },
  'Stripe: answer cut': {
    weight: 2,
    define: (dice) => ({ kind: 'cut_answer', match: dice.of([...MUTATIONS, {}]), times: dice.between(1, 3) }),
  },
  'Stripe: timeout before the effect': {
    weight: 2,
    define: (dice) => ({ kind: 'timeout_before_effect', match: dice.of(MUTATIONS), times: dice.between(1, 2) }),
  },
  'Stripe: timeout after the effect': {
    weight: 3,
    define: (dice) => ({ kind: 'timeout_after_effect', match: dice.of(MUTATIONS), times: dice.between(1, 2) }),
  },
  'Stripe: 500 without effect': {
    weight: 1,
    define: (dice) => ({ kind: 'error', status: 500, match: dice.of(MUTATIONS) }),
  },
  'Stripe: 500 after the effect': {
    weight: 2,
    define: (dice) => ({ kind: 'error_after_effect', status: 500, match: dice.of(MUTATIONS) }),
  },
  'Stripe: 503': {
    weight: 2,
    define: (dice) => ({ kind: 'error', status: 503, match: dice.of([...MUTATIONS, {}]), times: dice.between(1, 5) }),
  },
  'Stripe: 429': {
    weight: 3,
    define: (dice) => {
      const reason = dice.of(['global-rate', 'endpoint-concurrency', 'resource-specific'] as const);
      const times = dice.between(1, 10);
      return dice.isLucky(0.5)
        ? { kind: 'error', status: 429, reason, times, retryAfter: 1 }
        : { kind: 'error', status: 429, reason, times };
    },
  },
  'Stripe: a page of a proxy': {
    weight: 1,
    define: (dice) => ({ kind: 'plain_error', status: dice.of([502, 200]), match: dice.of(MUTATIONS) }),
  },
  'webhook dropped': {
    weight: 3,
    // What nobody delivers is fetched from Stripe's list.
    define: (dice) => {
      const match = { eventType: dice.of(['*', '*', 'charge.*', 'refund.*', 'payment_intent.*']) };
      return { kind: 'webhook_drop', match, times: dice.between(1, 5) };
    },
  },
  'webhook doubled': {
    weight: 3,
    define: (dice) => ({ kind: 'webhook_double', copies: dice.between(2, 10), times: dice.between(1, 5) }),
  },
  'webhook under two ids': {
    weight: 2,
    define: (dice) => ({ kind: 'webhook_second_id', times: dice.between(1, 5) }),
  },
  'webhook delayed': {
    weight: 2,
    define: (dice) => ({ kind: 'webhook_delay', ms: dice.between(500, 5_000), times: dice.between(1, 10) }),
  },
  'webhooks in another order': {
    weight: 3,
    define: (dice) => ({ kind: 'webhook_reorder', ms: dice.between(100, 400), times: dice.between(5, 30) }),
  },
  'webhook with a wrong signature': {
    weight: 1,
    define: (dice) => ({ kind: 'webhook_bad_signature', times: dice.between(1, 5) }),
  },
  'webhook before the answer': {
    weight: 2,
    define: (dice) => ({ kind: 'webhook_before_answer', times: dice.between(1, 10) }),
  },
};
