import type { DataSource } from 'typeorm';
import { apart, type DatabaseClock } from '../postgres/database-clock';
import { concernOf, type Backlog, type BacklogLimits } from '../../application/job/backlog';
import { poolFigures } from '../postgres/pool-figures';
import { recoveryFigures } from '../postgres/postgres-recovery-figures';
import type { RedisConnection } from '../redis/redis-connection';
import type { StripeAccountProbe } from '../stripe/stripe-account-probe';
import type { StripeGuards } from './stripe-guards';
import { degraded, UP, type HealthProbe } from './system-health';
import type { TokenKeys } from './token-keys';

export function databaseProbe(dataSource: DataSource): HealthProbe {
  return {
    name: 'database',
    ask: async () => {
      const { inUse, limit, waiting } = poolFigures(dataSource);
      await dataSource.query('SELECT 1');
      const detail = `${String(inUse)} of ${String(limit)} connections in use, ${String(waiting)} waiting.`;
      return { status: 'up', detail };
    },
  };
}

/** It tells what the last look found. */
export function clockProbe(clock: DatabaseClock): HealthProbe {
  return {
    name: 'clock',
    ask: () => {
      const concern = apart(clock.skew);
      return concern === null ? UP : degraded(concern);
    },
  };
}

export function queueProbe(backlog: Backlog, limits: BacklogLimits): HealthProbe {
  return {
    name: 'queue',
    ask: async () => {
      const figures = await backlog.figures();
      const concern = concernOf(figures, limits);
      if (concern !== null) return degraded(concern.text);
      return { status: 'up', detail: figures.waiting === 0 ? null : `${String(figures.waiting)} jobs are waiting.` };
    },
  };
}

export function recoveryProbe(dataSource: DataSource): HealthProbe {
  return {
    name: 'recovery',
    ask: async () => {
      const { inDoubt, ...found } = await recoveryFigures(dataSource);
      const [concern] = CONCERNS.filter(([figure]) => found[figure] > 0);
      if (concern !== undefined) return degraded(`${String(found[concern[0]])} ${concern[1]}`);
      return { status: 'up', detail: inDoubt === 0 ? null : `${String(inDoubt)} outcomes are being found out.` };
    },
  };
}

/** The most pressing first. */
const CONCERNS = [
  ['forPerson', 'payments wait for a person: cashdesk recovery list --attention.'],
  ['evidenceForPerson', 'submissions of evidence wait for a person: cashdesk recovery list --attention.'],
  ['refundsForPerson', 'refunds wait for a person: cashdesk recovery list --attention.'],
  ['setupsForPerson', 'setups wait for a person: cashdesk recovery list --attention.'],
  ['sagasForPerson', 'sagas wait for a person: cashdesk sagas list --attention.'],
  ['setAside', 'webhooks are set aside: cashdesk webhooks list --status set_aside.'],
  ['overdue', 'webhooks had no effect yet: cashdesk webhooks list --status received.'],
] as const;

export function stripeProbe(stripe: StripeAccountProbe): HealthProbe {
  return {
    name: 'stripe',
    ask: async () => {
      const answer = await stripe.recent();
      if (answer.kind === 'account') return UP;
      return answer.kind === 'refused'
        ? degraded('Stripe does not take the key.')
        : degraded('Stripe does not answer.');
    },
  };
}

/** Nothing to wait for: it tells what it knows. */
export function breakersProbe(guards: StripeGuards): HealthProbe {
  return {
    name: 'breakers',
    ask: () => {
      const apart = guards.all.filter(({ state }) => state !== 'closed');
      if (apart.length === 0) return UP;
      const each = apart.map(({ gateway, state, since }) => {
        return `${gateway} ${state.replace('_', ' ')} since ${since.toISOString()}`;
      });
      return degraded(`Calls to Stripe are held back: ${each.join(', ')}.`);
    },
  };
}

export function redisProbe(redis: RedisConnection): HealthProbe {
  return {
    name: 'redis',
    ask: async () => ((await redis.ping()) ? UP : degraded('Redis does not answer; nothing that matters is in it.')),
  };
}

/** Nothing to wait for: it tells what it knows. */
export function publishedKeysProbe(tokenKeys: TokenKeys): HealthProbe {
  return { name: 'jwks', ask: () => tokenKeys.health() };
}
