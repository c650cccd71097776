import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { Server, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { Client, Pool } from 'pg';
import type { Step, Trace } from './steps';

/**
 * Loaded into the service by `node --require`: notes what each request waits for, and appends it to TRACE_FILE as a
 * line of JSON when it has been answered. Values of statements and bodies are not looked at.
 */
const FILE = process.env.TRACE_FILE ?? '';

interface Running {
  readonly began: number;
  readonly steps: Step[];
}

type Call = (this: unknown, ...given: unknown[]) => unknown;
type Kind = Step['kind'];

const running = new AsyncLocalStorage<Running>();

/** @returns what to call when the step is over; once it counts. */
function begin(kind: Kind, what: string): () => void {
  const request = running.getStore();
  if (request === undefined) return () => undefined;
  const from = performance.now() - request.began;
  let open = true;
  return () => {
    if (open) request.steps.push({ kind, what, from, to: performance.now() - request.began });
    open = false;
  };
}

/** Calls through, and ends the step when the callback is called or the promise is settled. */
function timed(original: Call, self: unknown, given: unknown[], end: () => void): unknown {
  const last = given.at(-1);
  if (typeof last === 'function') {
    const callback = last as Call;
    const ending = function (this: unknown, ...answer: unknown[]): unknown {
      end();
      return callback.apply(this, answer);
    };
    return original.apply(self, [...given.slice(0, -1), ending]);
  }
  const answer = original.apply(self, given);
  if (answer instanceof Promise) void answer.then(end, end);
  return answer;
}

function instrumentPool(): void {
  const prototype = Pool.prototype as unknown as { connect: Call };
  const original = prototype.connect;
  prototype.connect = function connect(...given) {
    return timed(original, this, given, begin('pool', 'a connection'));
  };
}

function instrumentQueries(): void {
  const prototype = Client.prototype as unknown as { query: Call };
  const original = prototype.query;
  const inTransaction = new WeakSet<object>();
  prototype.query = function query(...given) {
    const text = textOf(given[0]);
    const client = this as object;
    const kind: Kind = isCommit(text, inTransaction.has(client)) ? 'commit' : 'query';
    // Several statements in one text may begin and end one, which then is over.
    if (/^(BEGIN|START TRANSACTION)[^;]*;?$/i.test(text)) inTransaction.add(client);
    if (/^(COMMIT|ROLLBACK)\b(?! TO)/i.test(text)) inTransaction.delete(client);
    return timed(original, this, given, begin(kind, text.slice(0, 100)));
  };
}

function textOf(query: unknown): string {
  const text = typeof query === 'string' ? query : (query as { text?: string }).text;
  return (text ?? '').replace(/\s+/g, ' ').trim();
}

/** It ends a transaction, or writes outside of one. */
function isCommit(text: string, inTransaction: boolean): boolean {
  return inTransaction ? /^COMMIT/i.test(text) : /\b(INSERT INTO|UPDATE [a-z_"]+ (\w+ )?SET|DELETE FROM)/.test(text);
}

function instrumentCalls(): void {
  const ends = new WeakMap<ClientRequest, () => void>();
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest };
    const end = begin('stripe', `${request.method} ${request.path.split('?')[0] ?? ''}`);
    ends.set(request, end);
    request.once('error', end);
  });
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    response.once('end', ends.get(request) ?? (() => undefined));
  });
}

function instrumentServer(): void {
  const prototype = Server.prototype as unknown as { emit: Call };
  const original = prototype.emit;
  prototype.emit = function emit(...given) {
    if (given[0] !== 'request') return original.apply(this, given);
    const [, request, response] = given as [string, IncomingMessage, ServerResponse];
    const began = performance.now();
    const steps: Step[] = [];
    response.once('finish', () => {
      const { method = '', url = '' } = request;
      const total = performance.now() - began;
      const trace: Trace = { method, path: url.split('?')[0] ?? '', status: response.statusCode, total, steps };
      appendFileSync(FILE, `${JSON.stringify(trace)}\n`);
    });
    return running.run({ began, steps }, () => original.apply(this, given));
  };
}

instrumentPool();
instrumentQueries();
instrumentCalls();
instrumentServer();
