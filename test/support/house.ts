import { startSimulator, type RunningSimulator } from '../../src/infrastructure/stripe-simulator/simulator';
import { assertOracles } from './oracles';
import { freePort, makeApiKey, RunningService, WEBHOOK_SECRET, type ServiceOptions } from './running-service';
import { SimulatorControl } from './simulator-control';
import { createTestDatabase, type TestDatabase } from './test-database';

/** A service, its database and a Stripe that it talks to; the last two outlive the service when it is killed. */
export class House {
  #service: RunningService | null = null;
  readonly #others: RunningService[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly stripe: SimulatorControl,
    private simulator: RunningSimulator,
    private readonly port: number,
    readonly apiKey: string,
  ) {}

  static async build(): Promise<House> {
    const port = await freePort();
    const url = `http://127.0.0.1:${String(port)}/api/v1/webhooks/stripe`;
    const simulator = await startSimulator({ webhook: { url, secret: WEBHOOK_SECRET } });
    const database = await createTestDatabase();
    const apiKey = await makeApiKey(database.url);
    return new House(database, new SimulatorControl(simulator.url), simulator, port, apiKey);
  }

  get service(): RunningService {
    if (this.#service === null) throw new Error('the service was not opened');
    return this.#service;
  }

  get stripeUrl(): string {
    return this.simulator.url;
  }

  async open(options: Partial<Pick<ServiceOptions, 'databaseUrl' | 'entry' | 'env'>> = {}): Promise<RunningService> {
    const { port, stripeUrl, apiKey } = this;
    const databaseUrl = this.database.url;
    this.#service = await RunningService.start({ databaseUrl, stripeUrl, port, apiKey, ...options });
    return this.#service;
  }

  /** One more instance beside it, to which Stripe delivers nothing. */
  async openAnother(options: Partial<Pick<ServiceOptions, 'env'>> = {}): Promise<RunningService> {
    const { stripeUrl, apiKey } = this;
    const port = await freePort();
    const other = await RunningService.start({ databaseUrl: this.database.url, stripeUrl, port, apiKey, ...options });
    this.#others.push(other);
    return other;
  }

  assertOracles(): Promise<void> {
    return assertOracles(this.database.url, this.stripe);
  }

  /** Nothing listens where Stripe was. */
  async stripeAway(): Promise<void> {
    await this.simulator.close();
  }

  /** Stripe answers again, at the same address, with nothing in it. */
  async stripeBack(): Promise<void> {
    const { port } = this.simulator;
    this.simulator = await startSimulator({ port, webhook: { url: this.webhookUrl, secret: WEBHOOK_SECRET } });
  }

  private get webhookUrl(): string {
    return `http://127.0.0.1:${String(this.port)}/api/v1/webhooks/stripe`;
  }

  async tearDown(): Promise<void> {
    await this.#service?.stop();
    for (const other of this.#others) await other.stop();
    await this.simulator.close();
    await this.database.drop();
  }
}
