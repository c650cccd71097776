import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticate, secretKeyRequired } from './auth';
import { DataFileError } from './change-log';
import { API_VERSION, type Context, type Origin } from './context';
import type { Engine, Outcome } from './engine';
import { ApiError, envelope, internalError, invalidRequest, type ErrorBody } from './errors';
import { expand } from './expand';
import type { Fault } from '../faults/faults';
import { parseForm, type FormObject } from './form';
import { BodyTooLarge, readBody, readBytes, type HttpAnswer } from './http';
import { Idempotency, type KeyedRequest } from './idempotency';
import { newRequestId } from './ids';
import { formOfParts } from './multipart';
import {
  deliverAnswer,
  endBeforeEffect,
  isAnswered,
  isStored,
  unstoredError,
  waitBeforeEffect,
} from '../faults/request-faults';
import type { OpenEntry, RequestJournal } from './request-journal';
import { answerPreflight, corsHeaders } from './cors';
import { readParameters, type Parameters } from './parameters';
import type { Answer, Prepared, Router } from './router';
import { inVersion } from '../versions/older-shapes';
import { isApiVersion } from '../versions/api-versions';

/** Brings the events of a request to their endpoints. */
interface Deliverer {
  deliverBeforeAnswer(deliveries: readonly string[]): Promise<void>;
  start(deliveries: readonly string[]): void;
}

/** The largest file that Stripe takes for any purpose has 16 MB. */
const MAX_UPLOAD = 16_500_000;

interface Work {
  id: string;
  method: string;
  path: string;
  parameters: Parameters;
  key: string | null;
  authorization: string | undefined;
  /** The version asked for. */
  version: string;
  /** What is wrong with the request as such, or null. */
  problem: ApiError | null;
  fault: Fault | null;
  entry: OpenEntry;
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
    if (request.method === 'OPTIONS') {
      await answerPreflight(request, response);
      return;
    }
    const work = await this.receive(request, url);
    // Only a fault makes a request last so long that its caller may hang up meanwhile.
    if (work.fault !== null) response.once('close', () => work.entry.end());
    if (await endBeforeEffect(work.fault, response)) return;
    const answer = await this.answer(work);
    Object.assign(answer.headers, {
      'Content-Type': 'application/json',
      'Request-Id': work.id,
      'Stripe-Version': isSendable(work.version) ? work.version : API_VERSION,
      ...(work.key === null
        ? {}
        : { 'Idempotency-Key': work.key, 'Original-Request': answer.headers['Original-Request'] ?? work.id }),
      ...(request.headers.origin === undefined ? {} : corsHeaders),
    });
    await this.dispatcher.deliverBeforeAnswer(work.deliveries);
    // Before the answer leaves, or who has it could find the journal behind it.
    work.entry.status = isAnswered(work.fault) && !response.destroyed ? answer.status : 'none';
    work.entry.end();
    await deliverAnswer(work.fault, response, answer);
    this.dispatcher.start(work.deliveries);
  }

  private async receive(request: IncomingMessage, url: URL): Promise<Work> {
    const { method = 'GET', headers } = request;
    const { authorization } = headers;
    const id = newRequestId();
    const path = url.pathname.replace(/\/$/, '');
    const { body, problem } = await readForm(request);
    const parameters = readParameters(url.search.slice(1), body, authorization);
    const given = headers['idempotency-key'];
    const key = method === 'POST' && typeof given === 'string' ? given : null;
    const entry = this.journal.begin({ id, method, path, idempotencyKey: key, text: parameters.text });
    const fault = this.engine.parts.faults.strikeRequest({
      method,
      path,
      get body() {
        return decodeURIComponentSafely(body);
      },
    });
    entry.fault = fault?.kind ?? null;
    const asked = headers['stripe-version'] ?? parameters.version;
    const version = typeof asked === 'string' && asked !== '' ? asked : API_VERSION;
    return { id, method, path, parameters, key, authorization, version, problem, fault, entry, deliveries: [] };
  }

  private async answer(work: Work): Promise<HttpAnswer> {
    try {
      const { publishable } = authenticate(work.authorization, work.parameters.key);
      checkVersion(work.version);
      // Stripe answers HEAD as it would GET; Node leaves the body away.
      const found = this.router.find(work.method === 'HEAD' ? 'GET' : work.method, work.path);
      if (found === null) throw unrecognized(work.method, work.path);
      if (work.problem !== null) throw work.problem;
      if (publishable && !found.route.publishable) throw secretKeyRequired();
      const refusal = unstoredError(work.fault, work.key);
      if (refusal !== null) throw refusal;
      const origin: Origin = { requestId: work.id, idempotencyKey: work.key, publishable };
      const form = parseForm(work.parameters.text);
      const prepare = (): Prepared => found.route.prepare(form, found.path);
      return await this.once(work, form, (keyed) => this.run(work, origin, prepare, keyed));
    } catch (error) {
      return this.shown(work, errorOf(error, work.id));
    }
  }

  /** In the version that was asked for. */
  private shown({ version }: Work, answer: Answer | ErrorAnswer): HttpAnswer {
    const body = version === API_VERSION ? answer.body : inVersion(baseOf(version), answer.body, this.rows);
    return {
      status: answer.status,
      headers: 'headers' in answer ? { ...answer.headers } : {},
      body: JSON.stringify(body, null, 2),
    };
  }

  private get rows(): Engine['parts']['store'] {
    return this.engine.parts.store;
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
    const keyed: KeyedRequest = { key: work.key, endpoint: work.path, text: work.parameters.text, form };
    const first = this.idempotency.claim(keyed);
    if (first !== null) {
      await waitBeforeEffect(work.fault);
      // A fault strikes whoever it was set for: the first answer stays where it is.
      const broken = isStored(work.fault) ? errorOf(internalError(), work.id) : brokenAfterEffect(work.fault, work.id);
      if (broken !== null) return this.shown(work, broken);
      work.entry.replayed = true;
      const { status, body, requestId } = first;
      const headers = { 'Idempotent-Replayed': 'true', 'Original-Request': requestId };
      return this.shown(work, { status, body, headers });
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
    return this.shown(work, failure ?? outcome.result);
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
    const broken = brokenAfterEffect(work.fault, work.id);
    try {
      // What Stripe's outer layers answer instead is not kept: the key has what was really done.
      const outcome = this.commit(origin, execute, keyed, (result) => (broken?.status === 500 ? broken : result));
      return { outcome, failure: broken };
    } catch (error) {
      if (error instanceof DataFileError) throw error;
      // What the execution had begun is undone, but its answer stays under the key.
      const failure = errorOf(origin.publishable ? this.publicError(error) : error, work.id);
      const nothing = (): Answer => failure;
      return { outcome: this.commit(origin, nothing, keyed, () => failure), failure };
    }
  }

  /** Without what only the secret key may see of the object that the error is about. */
  private publicError(error: unknown): unknown {
    if (!(error instanceof ApiError)) return error;
    const { payment_intent: payment, setup_intent: setup } = error.body;
    const views = this.engine.parts.rules.publicViews;
    const shown = {
      ...(payment === undefined ? {} : { payment_intent: views.payment_intent?.(payment) }),
      ...(setup === undefined ? {} : { setup_intent: views.setup_intent?.(setup) }),
    };
    // What Stripe.js gets to see is a part of the intent.
    return new ApiError(error.status, { ...error.body, ...(shown as Partial<ErrorBody>) }, error.headers);
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

/** As a parameter it may hold what a header cannot. */
function isSendable(version: string): boolean {
  return /^[\x20-\x7e]*$/.test(version);
}

/** A version may be followed by the betas that are asked for with it. */
function baseOf(version: string): string {
  return version.split(';')[0]?.trim() ?? '';
}

function checkVersion(version: string): void {
  if (version === API_VERSION || isApiVersion(baseOf(version))) return;
  throw invalidRequest(`Invalid Stripe API version: ${version}`);
}

async function readForm(request: IncomingMessage): Promise<{ body: string; problem: ApiError | null }> {
  try {
    const type = request.headers['content-type'] ?? '';
    if (isMultipart(type)) return { body: formOfParts(await readBytes(request, MAX_UPLOAD), type), problem: null };
    const body = await readBody(request);
    return { body, problem: body === '' || isForm(type) ? null : unsupportedType(type) };
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    const details = { type: 'invalid_request_error', message: 'Request entity too large.' } as const;
    return { body: '', problem: new ApiError(413, details, { Connection: 'close' }) };
  }
}

/** Stripe takes files in parts, and everything else as a form. */
function isMultipart(type: string): boolean {
  return /^multipart\/form-data\b/i.test(type);
}

function isForm(type: string): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(type);
}

function unsupportedType(type: string): ApiError {
  return invalidRequest(
    `Invalid request: unsupported Content-Type ${type}. If error persists and you need assistance, please contact support@stripe.com.`,
  );
}

function errorOf(error: unknown, requestId: string): ErrorAnswer {
  const known = error instanceof ApiError ? error : internalError();
  if (!(error instanceof ApiError)) process.stderr.write(`stripe simulator: ${describe(error)}\n`);
  return { status: known.status, headers: known.headers, body: envelope(known.body, requestId) };
}

function brokenAfterEffect(fault: Fault | null, requestId: string): ErrorAnswer | null {
  if (fault?.kind !== 'error_after_effect') return null;
  return { ...errorOf(internalError(), requestId), status: fault.status ?? 500 };
}

function describe(error: unknown): string {
  if (error instanceof DataFileError) return error.message;
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
