import { drain, type Drained } from '../shared/drain';
import { merged, spanOf, type Span } from './created-intents';
import type { DueAttempt, DuePayments } from './due-payments';
import type { GatewayReading, PaymentGateway } from './payment-gateway';
import type { ResumeAttempt } from './resume-attempt';

/** More would only wait in memory; they come up again. */
const MOST = 10_000;
const PAGES_AT_ONCE = 10;
const AT_ONCE = 20;
const MOST_AT_ONCE = 200;
/** Milliseconds; well within what the query that takes them puts them off by. */
const KEEP_EVERY = 20_000;

interface Look {
  readonly sought: Map<string, DueAttempt>;
  readonly spans: Span[];
  after: string | null;
}

interface Answered {
  readonly attempt: DueAttempt;
  readonly reading: GatewayReading;
}

/**
 * Looks for the intents of creations whose answers were lost: through each list of a time once for all of them, some pages at
 * a time. What comes up meanwhile waits for the next look.
 */
export class SoughtIntents {
  readonly #waiting = new Map<string, DueAttempt>();
  #look: Look | null = null;
  #answered: Answered[] = [];
  #keptAt = 0;

  constructor(
    private readonly due: DuePayments,
    private readonly gateway: PaymentGateway,
    private readonly resume: ResumeAttempt,
  ) {}

  get room(): number {
    return MOST - this.#waiting.size - (this.#look?.sought.size ?? 0) - this.#answered.length;
  }

  seek(attempts: readonly DueAttempt[]): void {
    for (const attempt of attempts) {
      if (this.#look?.sought.has(attempt.id) !== true && this.room > 0) this.#waiting.set(attempt.id, attempt);
    }
  }

  /** Some pages of the look, and some of what came of it. */
  async goOn(isEnding: () => boolean): Promise<Drained> {
    await this.keep();
    for (let page = 0; page < PAGES_AT_ONCE && this.#answered.length < MOST_AT_ONCE && !isEnding(); page++) {
      this.#look ??= this.begin();
      if (this.#look === null) break;
      await this.turnPage(this.#look);
    }
    const answered = this.#answered;
    const done = await drain({
      take: (limit) => Promise.resolve({ items: answered.splice(0, limit), more: answered.length > 0 }),
      work: ({ attempt, reading }) => this.settle(attempt, reading),
      atOnce: AT_ONCE,
      most: MOST_AT_ONCE,
      isEnding,
    });
    const left = this.#look !== null || this.#waiting.size > 0 || answered.length > 0;
    const isAway = answered.length > 0 && done.count < MOST_AT_ONCE;
    return { ...done, more: left && !isAway && !isEnding() };
  }

  private begin(): Look | null {
    if (this.#waiting.size === 0) return null;
    const sought = new Map(this.#waiting);
    this.#waiting.clear();
    const spans = [...sought.values()].map(({ soughtFrom, repeatable }) =>
      spanOf(soughtFrom ?? new Date(0), repeatable),
    );
    return { sought, spans: merged(spans), after: null };
  }

  private async turnPage(look: Look): Promise<void> {
    const [span] = look.spans;
    if (span === undefined) throw new Error('a look has no end');
    const page = await this.gateway.listCreated(span.from, span.to, look.after);
    if (page.kind === 'unavailable') {
      await this.giveUp(look, page);
      return;
    }
    for (const seen of page.seen) {
      const attempt = seen.attemptId === null ? undefined : look.sought.get(seen.attemptId);
      if (attempt === undefined) continue;
      look.sought.delete(attempt.id);
      this.#answered.push({ attempt, reading: { kind: 'found', seen } });
    }
    look.after = page.next;
    if (page.next === null) look.spans.shift();
    if (look.sought.size > 0 && look.spans.length > 0) return;
    for (const attempt of look.sought.values()) this.#answered.push({ attempt, reading: { kind: 'missing' } });
    this.#look = null;
  }

  /** Stripe is away: all of them wait a little. Those of whom a person has to be told go through each by itself. */
  private async giveUp(look: Look, reading: GatewayReading): Promise<void> {
    this.#look = null;
    const all = [...look.sought.values()];
    for (const attempt of all) if (attempt.late) this.#answered.push({ attempt, reading });
    await this.due.putOffAttempts(all.filter(({ late }) => !late).map(({ id }) => id));
  }

  private async settle({ id }: DueAttempt, reading: GatewayReading): Promise<unknown> {
    const outcome = await this.resume.execute(id, reading);
    return outcome.kind === 'in_doubt' && outcome.away === true ? 'away' : undefined;
  }

  private async keep(): Promise<void> {
    const now = performance.now();
    if (now - this.#keptAt < KEEP_EVERY) return;
    this.#keptAt = now;
    const answered = this.#answered.map(({ attempt }) => attempt.id);
    const ids = [...this.#waiting.keys(), ...(this.#look?.sought.keys() ?? []), ...answered];
    if (ids.length > 0) await this.due.keepAttempts(ids);
  }
}
