import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { untilClosed } from './ending';
import { Cashdesk, DataFolder } from './processes/cashdesk';
import { Server } from './processes/start';

const STRIPE = join(__dirname, '../src/infrastructure/stripe-simulator/main.js');
const DRAIN_LIMIT = 120_000;

/** The service with a Stripe that answers, but delivers no events by itself, and a look into its database. */
export class WebhookHouse {
  private constructor(
    readonly cashdesk: Cashdesk,
    readonly stripeUrl: string,
    readonly database: Client,
    readonly close: () => Promise<void>,
  ) {}

  static async open(): Promise<WebhookHouse> {
    const folder = new DataFolder();
    const stripe = await Server.start(STRIPE, ['--port', '0', '--exit-with-stdin'], [], 'any');
    const closeStripe = untilClosed(() => stripe.stop());
    const stripeUrl = `http://127.0.0.1:${String(stripe.port)}`;
    const cashdesk = await Cashdesk.start({ folder, stripeUrl });
    const database = new Client({ connectionString: cashdesk.databaseUrl });
    // It ends with the service, also when the benchmark is interrupted.
    database.on('error', () => undefined);
    await database.connect();
    return new WebhookHouse(cashdesk, stripeUrl, database, async () => {
      await database.end();
      await cashdesk.stop();
      await closeStripe();
      await folder.remove();
    });
  }

  /** On the same server. @returns its address. */
  async createDatabase(name: string): Promise<string> {
    await this.database.query(`CREATE DATABASE ${name}`);
    return this.cashdesk.databaseUrl.replace(/\/cashdesk(?=\?|$)/, `/${name}`);
  }

  /** Events that were stored and not yet worked on. */
  async waiting(): Promise<number> {
    const text = `SELECT count(*)::int AS n FROM webhook_events WHERE status = 'received'`;
    const { rows } = await this.database.query<{ n: number }>(text);
    return rows[0]?.n ?? 0;
  }

  async drained(): Promise<void> {
    const until = performance.now() + DRAIN_LIMIT;
    while ((await this.waiting()) > 0) {
      if (performance.now() > until) throw new Error('the events were not worked on');
      await sleep(100);
    }
  }
}
