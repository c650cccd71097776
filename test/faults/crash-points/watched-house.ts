import { setTimeout as sleep } from 'node:timers/promises';
import { KILLED, type Boundary, type Met } from '../../processes/boundaries';
import { shapeOf } from '../../processes/watched-stripe';
import { House } from '../../support/house';
import { findingsOnceSettled } from '../../support/oracles';
import { query } from '../../support/query';
import { freePort } from '../../support/running-service';
import { letTimePass } from '../../support/time-passes';
import { boundariesIn, leftOut } from './boundaries-in';

const OBSERVED = 'dist/test/processes/observed-service.js';
/** Of all periodic work that comes up within seconds, two rounds. */
const IDLE = 2_500;
const QUIET = 400;
const QUIET_WITHIN = 20_000;
const TIME_PASSES_EVERY = 1_500;

/** A house whose service tells at which boundaries it came by, and dies at the one that it is told. */
export class WatchedHouse {
  static #idle: Promise<Met[]> | null = null;
  #control = '';
  #numbered = 0;

  private constructor(readonly house: House) {}

  static async build(): Promise<WatchedHouse> {
    return WatchedHouse.in(await House.build());
  }

  /** @param house whose service is not open yet. */
  static async in(house: House): Promise<WatchedHouse> {
    const built = new WatchedHouse(house);
    await built.house.stripe.settings({ webhookBackoffMs: [200, 300, 400] });
    await built.open();
    WatchedHouse.#idle ??= built.idle();
    await WatchedHouse.#idle;
    return built;
  }

  /** What goes on while nobody asks for anything, which is no boundary. */
  static async leftOut(): Promise<string[]> {
    return leftOut((await WatchedHouse.#idle) ?? []);
  }

  async open(): Promise<void> {
    const port = String(await freePort());
    this.#control = `http://127.0.0.1:${port}`;
    await this.house.open({ entry: OBSERVED, env: { BOUNDARIES_PORT: port } });
  }

  /** A name that nothing had before. */
  name(): string {
    this.#numbered += 1;
    return `order ${String(this.#numbered)}`;
  }

  async watch(deadly: Boundary | null): Promise<void> {
    await fetch(this.#control, { method: 'PUT', body: JSON.stringify(deadly) });
  }

  /** Since the watch began, but for what goes on while nobody asks for anything. */
  async met(): Promise<Boundary[]> {
    return boundariesIn(await this.counts(), (await WatchedHouse.#idle) ?? []);
  }

  /** What has changed at Stripe since a moment, and how often: repeats of one request under its key change nothing. */
  async effects(since: Date): Promise<string[]> {
    const counts = new Map<string, number>();
    for (const { method, path, effect, replayed } of await this.house.stripe.journal({ since: since.toISOString() })) {
      const what = `${method} ${shapeOf(path)}`;
      if (effect && !replayed) counts.set(what, (counts.get(what) ?? 0) + 1);
    }
    return [...counts].map(([what, count]) => `${what} ${String(count)} times`).sort();
  }

  /** Resolves with whether it ended where it was told to, once it ended. */
  async died(): Promise<boolean> {
    const { service } = this.house;
    await service.ended();
    return service.output.includes(KILLED);
  }

  /** Waits until nothing is under way any more. @returns what differs then. */
  async settled(): Promise<string[]> {
    const { database, stripe } = this.house;
    const findings = await findingsOnceSettled(database.url, stripe);
    if (findings.length > 0) return findings;
    const until = Date.now() + QUIET_WITHIN;
    for (let before = ''; ;) {
      const jobs = await query(database.url, 'SELECT queue, key FROM jobs');
      const now = JSON.stringify([jobs, await this.met()]);
      if (jobs.length === 0 && now === before) break;
      if (Date.now() > until) return [`it does not come to rest: ${now}`];
      before = now;
      await sleep(QUIET);
    }
    return findingsOnceSettled(database.url, stripe);
  }

  /** Leases of the process that is gone run out meanwhile. */
  async asTimePasses<T>(work: () => Promise<T>): Promise<T> {
    const end = new AbortController();
    const passing = (async () => {
      for (;;) {
        await sleep(TIME_PASSES_EVERY, undefined, { signal: end.signal });
        await letTimePass(this.house.database.url);
      }
    })().catch((error: unknown) => {
      if (!end.signal.aborted) throw error;
    });
    try {
      return await work();
    } finally {
      end.abort();
      await passing;
    }
  }

  tearDown(): Promise<void> {
    return this.house.tearDown();
  }

  private async idle(): Promise<Met[]> {
    await this.watch(null);
    await sleep(IDLE);
    return this.counts();
  }

  private async counts(): Promise<Met[]> {
    return (await (await fetch(this.#control)).json()) as Met[];
  }
}
