import { setTimeout as sleep } from 'node:timers/promises';
import type { KillablePostgres } from './killable-postgres';
import { freePort, RunningService } from './running-service';
import { TcpProxy, type Target } from './tcp-proxy';

/** What an instance talks to, each over a way of its own. */
export interface Surroundings {
  readonly postgres: KillablePostgres;
  readonly redis: Target;
  readonly stripe: Target;
  readonly apiKey: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Ways {
  /** To the instance itself, for who comes from outside. */
  readonly entrance: TcpProxy;
  readonly postgres: TcpProxy;
  readonly redis: TcpProxy;
  readonly stripe: TcpProxy;
}

/** How long it is left alone after it ended, as a supervisor leaves it. */
const PAUSE = 300;

/** One instance of the service, on a port that stays the same, with a proxy before everything that it talks to. */
export class Instance {
  #service: RunningService | null = null;
  #kept: Promise<void> | null = null;
  #env: Readonly<Record<string, string>> = {};
  #output = '';
  #over = false;

  private constructor(
    readonly name: string,
    readonly port: number,
    readonly ways: Ways,
    private readonly around: Surroundings,
  ) {}

  static async prepare(name: string, around: Surroundings): Promise<Instance> {
    const { postgres, redis, stripe } = around;
    const port = await freePort();
    const ways = {
      entrance: await TcpProxy.open(() => ({ host: '127.0.0.1', port })),
      postgres: await TcpProxy.open(() => postgres.address),
      redis: await TcpProxy.open(redis),
      stripe: await TcpProxy.open(stripe),
    };
    return new Instance(name, port, ways, around);
  }

  get service(): RunningService {
    if (this.#service === null) throw new Error(`the instance ${this.name} is down`);
    return this.#service;
  }

  get isUp(): boolean {
    return this.#service !== null;
  }

  /** All that its processes wrote. */
  get output(): string {
    return this.#output + (this.#service?.output ?? '');
  }

  /** Settings of the processes that start from now on, beside those of the street. */
  set(env: Readonly<Record<string, string>>): void {
    this.#env = env;
  }

  /** How wrong the clock of its machine is, from the next start on. */
  shiftClock(milliseconds: number): void {
    this.set({
      ...this.#env,
      CLOCK_SHIFT_MS: String(milliseconds),
      NODE_OPTIONS: '--require ./dist/test/processes/shifted-clock.js',
    });
  }

  /** @returns it when it is ready. */
  async open(options: { readonly entry?: string } = {}): Promise<RunningService> {
    const { port, around, ways } = this;
    const service = await RunningService.start({
      databaseUrl: around.postgres.urlBehind(ways.postgres.port),
      stripeUrl: `http://127.0.0.1:${String(ways.stripe.port)}`,
      port,
      apiKey: around.apiKey,
      env: { REDIS_URL: `redis://127.0.0.1:${String(ways.redis.port)}`, ...around.env, ...this.#env },
      ...options,
    });
    this.#service = service;
    void service.ended().then(() => {
      this.#output += service.output;
      if (this.#service === service) this.#service = null;
    });
    return service;
  }

  /** Opens it again whenever it has ended, until `stop`, as a supervisor does; for as long as that takes. */
  keepOpen(): void {
    this.#kept ??= this.supervise();
  }

  async kill(): Promise<void> {
    await this.#service?.kill();
  }

  /** As a supervisor ends it: what is under way is answered. */
  async end(): Promise<void> {
    await this.#service?.stop();
  }

  /** It stays closed. */
  async stop(): Promise<void> {
    this.#over = true;
    await this.#service?.stop();
    await this.#kept;
    await this.#service?.stop();
  }

  async tearDown(): Promise<void> {
    await Promise.all(Object.values(this.ways).map((way: TcpProxy) => way.clear()));
    await this.stop();
    await Promise.all(Object.values(this.ways).map((way: TcpProxy) => way.close()));
  }

  private async supervise(): Promise<void> {
    while (!this.#over) {
      if (this.#service === null) await this.open().catch((error: unknown) => (this.#output += String(error)));
      await Promise.race([this.#service?.ended(), sleep(PAUSE)]);
      await sleep(20);
    }
  }
}
