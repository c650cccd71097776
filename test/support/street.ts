import Redis from 'ioredis';
import type { NetConnectOpts } from 'node:net';
import { startSimulator, type RunningSimulator } from '../../src/infrastructure/stripe-simulator/simulator';
import { Instance } from './instance';
import { KillablePostgres } from './killable-postgres';
import { assertOracles } from './oracles';
import { startRedis, type TestRedis } from './redis-server';
import { makeApiKey, WEBHOOK_SECRET } from './running-service';
import { SimulatorControl } from './simulator-control';
import { TcpProxy } from './tcp-proxy';

interface StreetOptions {
  /** 2 unless given. */
  readonly instances?: number;
  /** Settings of all of them. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Instances of the service on one PostgreSQL, one Redis and one Stripe, each of which can be killed and comes back, and a
 * proxy on every way between them; the last one is before the instances, where Stripe's webhooks come in.
 */
export class Street {
  private constructor(
    readonly postgres: KillablePostgres,
    readonly stripe: SimulatorControl,
    readonly stripeUrl: string,
    readonly apiKey: string,
    readonly instances: readonly Instance[],
    /** Leads to any instance that is up, each connection to another one. */
    readonly front: TcpProxy,
    private readonly redis: RestartableRedis,
    private readonly simulator: RunningSimulator,
  ) {}

  static async build({ instances: count = 2, env = {} }: StreetOptions = {}): Promise<Street> {
    const instances: Instance[] = [];
    let next = 0;
    const front = await TcpProxy.open(() => {
      const up = instances.filter(({ isUp }) => isUp);
      next += 1;
      const one = up[next % up.length];
      return one === undefined ? null : { host: '127.0.0.1', port: one.port };
    });
    const webhook = {
      url: `http://127.0.0.1:${String(front.port)}/api/v1/webhooks/stripe`,
      secret: WEBHOOK_SECRET,
    };
    const simulator = await startSimulator({ webhook });
    const postgres = await KillablePostgres.start();
    const apiKey = await makeApiKey(postgres.url);
    const redis = new RestartableRedis();
    await redis.start();
    const stripe = () => ({ host: '127.0.0.1', port: simulator.port });
    const around = { postgres, redis: () => redis.address, stripe, apiKey, env };
    for (let n = 1; n <= count; n++) instances.push(await Instance.prepare(`instance ${n}`, around));
    const control = new SimulatorControl(simulator.url);
    return new Street(postgres, control, simulator.url, apiKey, instances, front, redis, simulator);
  }

  /** Every instance, and keeps them open. */
  async open(): Promise<void> {
    for (const instance of this.instances) {
      await instance.open();
      instance.keepOpen();
    }
  }

  /** Where there is no redis-server it is away all the time. */
  get hasRedis(): boolean {
    return this.redis.address !== null;
  }

  killRedis(): Promise<void> {
    return this.redis.stop();
  }

  startRedis(): Promise<void> {
    return this.redis.start();
  }

  flushRedis(): Promise<void> {
    return this.redis.flush();
  }

  /** Every proxy, and what it stands before. */
  get ways(): readonly TcpProxy[] {
    return [this.front, ...this.instances.flatMap(({ ways }) => Object.values(ways) as TcpProxy[])];
  }

  /** Everything is up again and nothing goes wrong any more. */
  async mend(): Promise<void> {
    await this.postgres.restart();
    await this.redis.start();
    await this.stripe.clearFaults();
    await this.stripe.resumeWebhooks();
    for (const way of this.ways) await way.clear();
  }

  assertOracles(): Promise<void> {
    return assertOracles(this.postgres.url, this.stripe);
  }

  async tearDown(): Promise<void> {
    await this.postgres.restart();
    await Promise.all(this.instances.map((instance) => instance.tearDown()));
    await this.front.close();
    await this.simulator.close();
    await this.redis.stop();
    await this.postgres.remove();
  }
}

/** On another port each time, which nobody behind a proxy notices. */
class RestartableRedis {
  #redis: TestRedis | null = null;

  get address(): NetConnectOpts | null {
    if (this.#redis === null) return null;
    const { hostname: host, port } = new URL(this.#redis.url);
    return { host, port: Number(port) };
  }

  async start(): Promise<void> {
    this.#redis ??= await startRedis();
  }

  async stop(): Promise<void> {
    const redis = this.#redis;
    this.#redis = null;
    await redis?.stop();
  }

  async flush(): Promise<void> {
    if (this.#redis === null) return;
    const client = new Redis(this.#redis.url, { lazyConnect: true });
    try {
      await client.connect();
      await client.flushall();
    } finally {
      client.disconnect();
    }
  }
}
