import type { DataSource } from 'typeorm';
import { HealthChecks, type HealthEntry, type HealthReport } from '../../application/shared/health';
import { poolFigures } from '../postgres/pool-figures';
import { recoveryFigures } from '../postgres/postgres-recovery-figures';
import type { PostgresJobQueue } from '../postgres/postgres-job-queue';
import type { RedisConnection } from '../redis/redis-connection';
import type { StripeAccountProbe } from '../stripe/stripe-account-probe';
import type { TokenKeys } from './token-keys';

const TIME_LIMIT = 2_000;

type Finding = Omit<HealthEntry, 'name'>;

export class SystemHealth extends HealthChecks {
  constructor(
    private readonly dataSource: DataSource,
    private readonly queue: PostgresJobQueue,
    private readonly stripe: StripeAccountProbe,
    private readonly redis: RedisConnection | null,
    private readonly tokenKeys: TokenKeys | null,
  ) {
    super();
  }

  override async check(): Promise<HealthReport> {
    const entries = await Promise.all([
      within('database', () => this.database()),
      within('queue', () => this.jobs()),
      within('recovery', () => this.recovery()),
      within('stripe', () => this.stripeAnswers()),
      ...(this.redis === null ? [] : [within('redis', () => cache(this.redis))]),
    ]);
    // Nothing to wait for: it tells what it knows.
    const keys = this.tokenKeys === null ? [] : [{ name: 'jwks' as const, ...this.tokenKeys.health() }];
    return { entries: [...entries, ...keys] };
  }

  private async database(): Promise<Finding> {
    const { inUse, limit, waiting } = poolFigures(this.dataSource);
    await this.dataSource.query('SELECT 1');
    const detail = `${String(inUse)} of ${String(limit)} connections in use, ${String(waiting)} waiting.`;
    return { status: 'up', detail };
  }

  private async jobs(): Promise<Finding> {
    const { waiting, dead } = await this.queue.depth('process-webhook');
    if (dead > 0) return degraded(`${String(dead)} jobs were given up and wait for a person.`);
    return { status: 'up', detail: waiting === 0 ? null : `${String(waiting)} jobs are waiting.` };
  }

  private async recovery(): Promise<Finding> {
    const { inDoubt, forPerson, refundsForPerson, evidenceForPerson, setAside, overdue } = await recoveryFigures(
      this.dataSource,
    );
    if (forPerson > 0)
      return degraded(`${String(forPerson)} payments wait for a person: cashdesk payments list --attention.`);
    if (evidenceForPerson > 0)
      return degraded(
        `Evidence of ${String(evidenceForPerson)} disputes waits for a person: cashdesk disputes list --attention.`,
      );
    if (refundsForPerson > 0)
      return degraded(`${String(refundsForPerson)} refunds wait for a person: cashdesk refunds list --attention.`);
    if (setAside > 0)
      return degraded(`${String(setAside)} webhooks are set aside: cashdesk webhooks list --status set_aside.`);
    if (overdue > 0)
      return degraded(`${String(overdue)} webhooks had no effect yet: cashdesk webhooks list --status received.`);
    return { status: 'up', detail: inDoubt === 0 ? null : `${String(inDoubt)} outcomes are being found out.` };
  }

  private async stripeAnswers(): Promise<Finding> {
    const answer = await this.stripe.recent();
    if (answer.kind === 'account') return up;
    return answer.kind === 'refused' ? degraded('Stripe does not take the key.') : degraded('Stripe does not answer.');
  }
}

const up: Finding = { status: 'up', detail: null };

function degraded(detail: string): Finding {
  return { status: 'degraded', detail };
}

async function cache(redis: RedisConnection | null): Promise<Finding> {
  const answers = (await redis?.ping()) === true;
  return answers ? up : degraded('Redis does not answer; nothing that matters is in it.');
}

async function within(name: HealthEntry['name'], ask: () => Promise<Finding>): Promise<HealthEntry> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => {
      resolve({ status: 'down', detail: 'No answer in time.' });
    }, TIME_LIMIT);
  });
  const asked = ask().catch((): Finding => ({ status: 'down', detail: 'It cannot be asked.' }));
  const finding = await Promise.race([asked, late]);
  clearTimeout(timer);
  return { name, ...finding };
}
