import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { AREAS } from './areas';
import { sumUpFunds } from './balance/funds';
import { Api } from './core/api';
import { rulesOf } from './core/area';
import { DataFileError } from './core/change-log';
import { Clock } from './core/clock';
import { Control } from './control/control';
import { Engine, NO_REQUEST } from './core/engine';
import { Faults } from './faults/faults';
import { refusalOf } from './control/pages/guard';
import { Pages } from './control/pages/pages';
import { BodyTooLarge, json, readBody, send, type HttpAnswer } from './core/http';
import { newAccountId, newWebhookSecret } from './core/ids';
import type { MetaRecord } from './core/records';
import type { SavedRow } from './control/control-route';
import { RequestJournal } from './core/request-journal';
import { lockDataFile } from './data-file-lock';
import { Listener } from './listener';
import { pruneEvents } from './webhooks/event-age';
import { newWebhookEndpoint } from './webhooks/webhook-endpoints';
import { Router } from './core/router';
import { Scheduler } from './core/scheduler';
import { defaultSettings } from './core/settings';
import { Store } from './core/store';
import { WebhookDispatcher } from './webhooks/webhook-dispatcher';

export interface SimulatorOptions {
  /** 127.0.0.1 unless given. */
  host?: string;
  /** 0, the default, takes a free one. */
  port?: number;
  /** Keeps the state over restarts, `kill -9` included. */
  dataFile?: string;
  /** An endpoint made at the start if there is none with that URL; its secret becomes this one, if one is given. */
  webhook?: { url: string; secret?: string };
  /** The base of links such as the page of the bank's challenge; by default the simulator's own address. */
  publicUrl?: string;
}

export interface RunningSimulator {
  url: string;
  port: number;
  /** That of the endpoint in the options. */
  webhookSecret: string | null;
  close(): Promise<void>;
}

const DEFAULT_HOST = '127.0.0.1';
const ROUTER = new Router(AREAS.flatMap(({ routes }) => routes));
const RULES = rulesOf(AREAS);

export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const unlock = options.dataFile === undefined ? null : await lockDataFile(options.dataFile);
  try {
    const running = await listen(options);
    return {
      ...running,
      async close() {
        await running.close();
        await unlock?.();
      },
    };
  } catch (error) {
    await unlock?.();
    throw error;
  }
}

async function listen(options: SimulatorOptions): Promise<RunningSimulator> {
  const host = options.host ?? DEFAULT_HOST;
  // Longer than clients keep idle connections, or they would send into one that is just being closed.
  const server = createServer({ keepAliveTimeout: 120_000 });
  const listener = new Listener(server, host);
  const port = await listener.open(options.port ?? 0);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
  const simulator = await open(listener, options, options.publicUrl ?? url);
  server.on('request', (request, response) => {
    if (listener.isShut) request.socket.destroy();
    else void simulator.handle(request, response);
  });
  return {
    url,
    port,
    webhookSecret: simulator.webhookSecret,
    async close() {
      simulator.close();
      await listener.close();
    },
  };
}

/** After the port is taken: who finds another there need not touch the file. */
async function open(listener: Listener, options: SimulatorOptions, publicUrl: string): Promise<Simulator> {
  try {
    const simulator = new Simulator(options, publicUrl);
    simulator.onRefuse((ms) => listener.refuse(ms));
    simulator.start();
    return simulator;
  } catch (error) {
    await listener.close();
    throw error;
  }
}

/** What is wrong with a request before anything can be asked of it. */
class NoAddress extends Error {}

function addressOf({ url = '/' }: IncomingMessage): URL {
  try {
    return new URL(url, 'http://simulator');
  } catch {
    throw new NoAddress('Invalid URL');
  }
}

function problem(error: unknown): HttpAnswer {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  if (error instanceof BodyTooLarge) return json(413, { error: { type: 'invalid_request_error', message } });
  if (error instanceof NoAddress) return json(400, { error: { type: 'invalid_request_error', message } });
  process.stderr.write(`stripe simulator: ${error instanceof DataFileError ? message : (stack ?? message)}\n`);
  return json(500, { error: { type: 'api_error', message } });
}

const PRUNE_EVERY_MS = 3_600_000;
/** A saved state of a long run. */
const MOST_CONTROL_BYTES = 400_000_000;

class Simulator {
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly engine: Engine;
  private readonly journal = new RequestJournal();
  private readonly dispatcher: WebhookDispatcher;
  private readonly scheduler: Scheduler;
  private readonly api: Api;
  private readonly control: Control;
  private readonly pages: Pages;
  private pruning: NodeJS.Timeout | null = null;

  constructor(
    private readonly options: SimulatorOptions,
    publicUrl: string,
  ) {
    this.store = new Store(options.dataFile);
    this.clock = new Clock(Number(this.store.get('meta', 'clock')?.value ?? 0));
    this.engine = new Engine({
      store: this.store,
      clock: this.clock,
      faults: new Faults(),
      settings: defaultSettings(),
      accountId: this.ownAccountId(),
      rules: RULES,
    });
    this.engine.publicUrl = publicUrl;
    this.dispatcher = new WebhookDispatcher(this.engine);
    this.scheduler = new Scheduler(this.engine, (deliveries) => {
      this.dispatcher.start(deliveries);
    });
    this.api = new Api(this.engine, ROUTER, this.journal, this.dispatcher);
    this.control = new Control({
      engine: this.engine,
      journal: this.journal,
      dispatcher: this.dispatcher,
      reset: () => this.reset(),
      restore: (rows) => this.restore(rows),
      moveClock: (toMs) => this.moveClock(toMs),
    });
    const { engine, journal, dispatcher, control } = this;
    this.pages = new Pages({ engine, journal, dispatcher, control, router: ROUTER });
  }

  /** Told when connections are to be refused. */
  onRefuse(refuse: (ms: number) => void): void {
    this.engine.parts.faults.onRefuse = refuse;
  }

  get webhookSecret(): string | null {
    const { webhook } = this.options;
    const endpoints = [...this.store.table('webhook_endpoints').values()];
    return endpoints.find(({ url }) => url === webhook?.url)?.secret ?? null;
  }

  start(): void {
    this.prune();
    this.engine.execute(NO_REQUEST, sumUpFunds);
    this.ensureWebhookEndpoint();
    this.dispatcher.resumePending();
    this.scheduler.start();
    this.pruning = setInterval(() => this.pruneIfKept(), PRUNE_EVERY_MS).unref();
  }

  close(): void {
    if (this.pruning !== null) clearInterval(this.pruning);
    this.scheduler.stop();
    this.dispatcher.close();
    this.store.close();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = addressOf(request);
      if (/^\/v[12]/.test(url.pathname)) {
        await this.api.handle(request, response, url);
      } else {
        await send(response, await this.handlePerson(request, url));
      }
    } catch (error) {
      if (response.headersSent || response.destroyed) return;
      await send(response, problem(error));
    }
  }

  /** Pages and control, which a browser can reach. */
  private async handlePerson(request: IncomingMessage, url: URL): Promise<HttpAnswer> {
    const { method = 'GET', headers } = request;
    const names = { host: this.options.host ?? DEFAULT_HOST, publicUrl: this.engine.publicUrl };
    const refusal = refusalOf(method, headers, names);
    if (refusal !== null) return json(403, { error: { message: refusal } });
    const body = await readBody(request, MOST_CONTROL_BYTES);
    const page = await this.pages.handle({ method, url, headers, body });
    return page ?? (await this.control.handle(method, url.pathname, body, url.searchParams));
  }

  private ownAccountId(): string {
    const known = this.store.get('meta', 'account');
    if (known !== undefined) return known.value;
    const id = newAccountId();
    const row: MetaRecord = { id: 'account', value: id };
    this.store.commit([{ table: 'meta', id: 'account', row }]);
    return id;
  }

  private ensureWebhookEndpoint(): void {
    const { webhook } = this.options;
    if (webhook === undefined) return;
    // The same receiver may have moved to another port: its secret tells.
    const known = [...this.store.table('webhook_endpoints').values()].find(
      ({ url, secret }) => url === webhook.url || secret === webhook.secret,
    );
    this.engine.execute(NO_REQUEST, (ctx) => {
      if (known !== undefined) ctx.tx.put('webhook_endpoints', { ...known, ...webhook });
      else newWebhookEndpoint(ctx, { secret: newWebhookSecret(), ...webhook, enabledEvents: ['*'] });
    });
  }

  /** Forgets what Stripe would not remember any more. */
  private prune(): void {
    this.engine.execute(NO_REQUEST, ({ tx, clock }) => {
      this.api.idempotency.prune(tx);
      pruneEvents(tx, clock.now());
    });
  }

  private pruneIfKept(): void {
    try {
      this.prune();
    } catch (error) {
      if (!(error instanceof DataFileError)) throw error;
      process.stderr.write(`stripe simulator: ${error.message}\n`);
    }
  }

  private moveClock(toMs: number): void {
    this.clock.offset = Math.max(this.clock.offset, toMs - Date.now());
    this.engine.execute(NO_REQUEST, ({ tx }) => {
      tx.put('meta', { id: 'clock', value: String(this.clock.offset) });
    });
    this.scheduler.runDue();
    this.prune();
  }

  /** Back to the first start, but for the account, which the other side may have bound itself to. */
  private reset(): void {
    this.replace([]);
    this.journal.clear();
    this.engine.parts.faults.reset();
    Object.assign(this.engine.parts.settings, defaultSettings());
    this.ensureWebhookEndpoint();
  }

  /** As a start with that state. */
  private restore(rows: readonly SavedRow[]): void {
    this.replace(rows);
    this.engine.execute(NO_REQUEST, sumUpFunds);
    this.ensureWebhookEndpoint();
    this.dispatcher.resumePending();
    this.scheduler.start();
  }

  private replace(rows: readonly SavedRow[]): void {
    const account = this.store.get('meta', 'account');
    const kept = account === undefined ? [] : [{ table: 'meta', id: account.id, row: account }];
    this.store.reset([...kept, ...rows]);
    this.dispatcher.clear();
    this.scheduler.clear();
    this.clock.offset = Number(this.store.get('meta', 'clock')?.value ?? 0);
    this.engine.parts.accountId = this.ownAccountId();
  }
}
