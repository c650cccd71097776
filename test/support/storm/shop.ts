import { setTimeout as sleep } from 'node:timers/promises';
import { token } from '../running-service';
import type { Street } from '../street';
import { Tally } from './tally';

/** Something that is asked for until there is an answer to it. */
export interface Request {
  readonly key: string;
  readonly path: string;
  readonly body: object;
  /** Who asks; the shop itself unless given. */
  readonly as?: Person;
  readonly method?: 'POST' | 'DELETE' | 'GET';
}

export interface Person {
  readonly role: 'support' | 'finance';
  readonly subject: string;
}

export interface Told {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The shop hangs up on an answer that takes longer, and asks again. */
const PATIENCE = 6_000;
const LONGEST_PAUSE = 2_000;
/** Answers that tell to ask again, beside all from 500 on. */
const ASK_AGAIN = ['in_progress', 'attempt_in_progress', 'submission_in_progress', 'too_many_in_flight_for_customer'];
const NOT_KNOWN_YET = ['approved', 'executing', 'unknown'];

/** A shop that does as it is told: it asks again with the same key, the other instance if one fails it, until it knows. */
export class Shop {
  /** Every answer that it got, by status and code. */
  readonly answers = new Tally();
  /** What was done, by what came of it. */
  readonly did = new Tally();
  /** What it was told in the end, by key. */
  readonly told = new Map<string, { readonly request: Request; readonly told: Told }>();
  readonly unanswered = new Set<string>();
  #closes = Number.POSITIVE_INFINITY;
  readonly #closing = new AbortController();

  constructor(readonly street: Street) {}

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Nothing new is begun; what is under way is asked for until the time is over. */
  close(within: number): void {
    this.#closes = Math.min(this.#closes, Date.now() + within);
    this.#closing.abort();
  }

  /** Cut short when the shop closes. */
  async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }

  /**
   * @param first the instance that is asked first, and `hangsUp` after how many milliseconds it is not waited for.
   * @returns null when the shop closed before it knew.
   */
  async ask(request: Request, { first = 0, hangsUp = PATIENCE } = {}): Promise<Told | null> {
    const { instances } = this.street;
    this.unanswered.add(request.key);
    for (let tries = 0; Date.now() < this.#closes; tries++) {
      const instance = instances[(first + tries) % instances.length]!;
      const told = await this.once(request, instance.ways.entrance.port, tries === 0 ? hangsUp : PATIENCE);
      if (told !== null && isFinal(told)) {
        this.unanswered.delete(request.key);
        this.told.set(request.key, { request, told });
        return told;
      }
      await sleep(Math.min(LONGEST_PAUSE, 100 * 1.5 ** tries));
    }
    return null;
  }

  /** Looks until it is so. @returns null when the shop closed before. */
  async until(path: string, isSo: (body: Told['body'], status: number) => boolean): Promise<Told | null> {
    const { instances } = this.street;
    for (let tries = 0; Date.now() < this.#closes; tries++) {
      const { port } = instances[tries % instances.length]!.ways.entrance;
      const told = await this.once({ key: '', path, body: {}, method: 'GET' }, port);
      if (told !== null && isSo(told.body, told.status)) return told;
      await sleep(Math.min(LONGEST_PAUSE, 100 * 1.5 ** tries));
    }
    return null;
  }

  /** @returns null when no answer came. */
  async once(request: Request, port: number, patience = PATIENCE): Promise<Told | null> {
    const { key, path, body, as, method = 'POST' } = request;
    const bearer = as === undefined ? this.street.apiKey : await token(as);
    try {
      const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${bearer}`,
          ...(method === 'POST' ? { 'content-type': 'application/json', 'idempotency-key': key } : {}),
        },
        signal: AbortSignal.timeout(patience),
        ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
      });
      const told = { status: response.status, body: (await response.json()) as Told['body'] };
      const { code = '' } = told.body;
      this.answers.add(`${String(told.status)} ${typeof code === 'string' ? code : ''}`.trim());
      return told;
    } catch (error) {
      const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
      this.answers.add(timedOut ? 'hung up on' : 'no answer');
      return null;
    }
  }
}

function isFinal({ status, body }: Told): boolean {
  if (status >= 500 || status === 429) return false;
  if (status === 202 || (status < 300 && NOT_KNOWN_YET.includes(String(body.status)))) return false;
  return !(status === 409 && ASK_AGAIN.includes(String(body.code)));
}
