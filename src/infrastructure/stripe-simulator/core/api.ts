import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticate, secretKeyRequired } from './auth';
import { API_VERSION, type Context, type Origin } from './context';
import type { Engine, Outcome } from './engine';
import { ApiError, envelope, internalError } from './errors';
import { expand } from './expand';
import type { Fault } from '../faults/faults';
import { parseForm, type FormObject } from './form';
import { readBody, type HttpAnswer } from './http';
import { Idempotency, type KeyedRequest } from './idempotency';
import { newRequestId } from './ids';
import {
  deliverAnswer,
  endBeforeEffect,
  isAnswered,
  isStored,
  unstoredError,
  waitBeforeEffect,
} from '../faults/request-faults';
import type { JournalEntry, RequestJournal } from './request-journal';
import type { Answer, Prepared, Router } from './router';

/** Brings the events of a request to their endpoints. */
interface Deliverer {
  deliverBeforeAnswer(deliveries: readonly string[]): Promise<void>;
  start(deliveries: readonly string[]): void;
}

interface Work {
  id: string;
  method: string;
  path: string;
  /** The parameters as they came, of the address and of the body. */
  text: string;
  key: string | null;
  authorization: string | undefined;
  fault: Fault | null;
  entry: JournalEntry;
  deliveries: string[];
}

/** The way of a request to `/v1`: who asks, what was asked before, what is done, what fault strikes. */
export class Api {
  readonly idempotency: Idempotency;

  constructor(
    private readonly engine: Engine,
    private readonly router: Router,
    private readonly journal: RequestJournal,
    private readonly dispatcher: Deliverer,
  ) {
    this.idempotency = new Idempotency(engine.parts.store, engine.parts.clock);
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const work = await this.receive(request, url);
    if (await endBeforeEffect(work.fault, response)) return;
    const answer = await this.answer(work);
    const version = request.headers['stripe-version'];
    Object.assign(answer.headers, {
      'Content-Type': 'application/json',
      'Request-Id': work.id,
      'Stripe-Version': typeof version === 'string' ? version : API_VERSION,
      ...(work.key === null ? {} : { 'Idempotency-Key': work.key }),
    });
    await this.dispatcher.deliverBeforeAnswer(work.deliveries);
    // Before the answer leaves, or who has it could find the journal behind it.
    work.entry.status = isAnswered(work.fault) ? answer.status : 'none';
    await deliverAnswer(work.fault, response, answer);
    this.dispatcher.start(work.deliveries);
  }

  private async receive(request: IncomingMessage, url: URL): Promise<Work> {
    const { method = 'GET', headers } = request;
    const body = await readBody(request);
    const id = newRequestId();
    const path = url.pathname.replace(/\/$/, '');
    const text = [url.search.slice(1), body].filter((part) => part !== '').join('&');
    const given = headers['idempotency-key'];
    const key = method === 'POST' && typeof given === 'string' ? given : null;
    const entry = this.journal.begin({ id, method, path, idempotencyKey: key, text });
    const fault = this.engine.parts.faults.strikeRequest({
      method,
      path,
      get body() {
        return decodeURIComponentSafely(body);
      },
    });
    entry.fault = fault?.kind ?? null;
    return { id, method, path, text, key, authorization: headers.authorization, fault, entry, deliveries: [] };
  }

  private async answer(work: Work): Promise<HttpAnswer> {
    try {
      const { publishable } = authenticate(work.authorization);
      const found = this.router.find(work.method, work.path);
      if (found === null) throw unrecognized(work.method, work.path);
      if (publishable && !found.route.publishable) throw secretKeyRequired();
      const refusal = unstoredError(work.fault);
      if (refusal !== null) throw refusal;
      const origin: Origin = { requestId: work.id, idempotencyKey: work.key, publishable };
      const form = parseForm(work.text);
      const prepare = (): Prepared => found.route.prepare(form, found.path);
      return await this.once(work, form, (keyed) => this.run(work, origin, prepare, keyed));
    } catch (error) {
      return httpAnswer(errorOf(error, work.id));
    }
  }

  private async once(
    work: Work,
    form: FormObject,
    run: (keyed: KeyedRequest | null) => HttpAnswer,
  ): Promise<HttpAnswer> {
    if (work.key === null) {
      await waitBeforeEffect(work.fault);
      return run(null);
    }
    const keyed: KeyedRequest = { key: work.key, endpoint: work.path, text: work.text, form };
    const first = this.idempotency.claim(keyed);
    if (first !== null) {
      await waitBeforeEffect(work.fault);
      work.entry.replayed = true;
      return {
        status: first.status,
        headers: { 'Idempotent-Replayed': 'true', 'Original-Request': first.requestId },
        body: serialized(first.body),
      };
    }
    try {
      await waitBeforeEffect(work.fault);
      return run(keyed);
    } finally {
      this.idempotency.release(work.key);
    }
  }

  private run(work: Work, origin: Origin, prepare: () => Prepared, keyed: KeyedRequest | null): HttpAnswer {
    const prepared = prepare();
    const { outcome, failure } = this.attempt(work, origin, prepared, keyed);
    work.entry.effect = outcome.changed;
    work.deliveries.push(...outcome.deliveries);
    return httpAnswer(failure ?? outcome.result);
  }

  private attempt(
    work: Work,
    origin: Origin,
    prepared: Prepared,
    keyed: KeyedRequest | null,
  ): { outcome: Outcome<Answer>; failure: ErrorAnswer | null } {
    const execute = (ctx: Context): Answer => {
      if (isStored(work.fault)) throw internalError();
      const answer = prepared.execute(ctx);
      if (answer.status >= 400) return answer;
      return { status: answer.status, body: expand(ctx, answer.body, prepared.expand) };
    };
    const broken = work.fault?.kind === 'error_after_effect' ? errorOf(internalError(), work.id) : null;
    try {
      const outcome = this.commit(origin, execute, keyed, (result) => broken ?? result);
      return { outcome, failure: broken };
    } catch (error) {
      // What the execution had begun is undone, but its answer stays under the key.
      const failure = errorOf(error, work.id);
      const nothing = (): Answer => failure;
      return { outcome: this.commit(origin, nothing, keyed, () => failure), failure };
    }
  }

  private commit(
    origin: Origin,
    execute: (ctx: Context) => Answer,
    keyed: KeyedRequest | null,
    stored: (result: Answer) => Answer,
  ): Outcome<Answer> {
    return this.engine.executeWith(origin, execute, (tx, result) => {
      if (keyed === null) return;
      const { status, body } = stored(result);
      tx.put('idempotency', this.idempotency.record(keyed, origin.requestId ?? '', status, body));
    });
  }
}

/** An answer with the headers that only an error has. */
interface ErrorAnswer extends Answer {
  headers: Readonly<Record<string, string>>;
}

function serialized(body: object): string {
  return JSON.stringify(body, null, 2);
}

function httpAnswer(answer: Answer | ErrorAnswer): HttpAnswer {
  return {
    status: answer.status,
    headers: 'headers' in answer ? { ...answer.headers } : {},
    body: serialized(answer.body),
  };
}

function errorOf(error: unknown, requestId: string): ErrorAnswer {
  const known = error instanceof ApiError ? error : internalError();
  if (!(error instanceof ApiError)) process.stderr.write(`stripe simulator: ${describe(error)}\n`);
  return { status: known.status, headers: known.headers, body: envelope(known.body, requestId) };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function unrecognized(method: string, path: string): ApiError {
  return new ApiError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
  });
}

/** A fault's `bodyContains` is written for people. */
function decodeURIComponentSafely(body: string): string {
  try {
    return decodeURIComponent(body.replaceAll('+', ' '));
  } catch {
    return body;
  }
}
