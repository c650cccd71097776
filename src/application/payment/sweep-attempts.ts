import { drain, type Drained, type Taken } from '../shared/drain';
import type { DueAttempt, DuePayments } from './due-payments';
import type { ResumeAttempt } from './resume-attempt';
import type { SoughtIntents } from './sought-intents';

/** Of each, Stripe is asked a question and the database five. */
const AT_ONCE = 20;
const MOST = 500;

/** Takes up open attempts whose time has come: each by itself where its intent is known, the others by the list. */
export class SweepAttempts {
  constructor(
    private readonly due: DuePayments,
    private readonly resume: ResumeAttempt,
    private readonly sought: SoughtIntents,
  ) {}

  async execute(isEnding: () => boolean): Promise<Drained> {
    const alone = await drain({
      take: (limit) => this.take(limit),
      work: ({ id }) => this.look(id),
      atOnce: AT_ONCE,
      most: MOST,
      isEnding,
    });
    const listed = await this.sought.goOn(isEnding);
    return {
      count: alone.count + listed.count,
      failures: [...alone.failures, ...listed.failures],
      more: alone.more || listed.more,
    };
  }

  /** Until there are some that are to be looked at alone; those that are looked for in lists wait together. */
  private async take(limit: number): Promise<Taken<DueAttempt>> {
    while (this.sought.room > 0) {
      const due = await this.due.takeAttempts(limit);
      this.sought.seek(due.filter(({ soughtFrom }) => soughtFrom !== null));
      const items = due.filter(({ soughtFrom }) => soughtFrom === null);
      if (due.length < limit) return { items, more: false };
      if (items.length > 0) return { items, more: true };
    }
    // As many wait as may: they come first.
    return { items: [], more: false };
  }

  private async look(id: string): Promise<unknown> {
    const outcome = await this.resume.execute(id);
    return outcome.kind === 'in_doubt' && outcome.away === true ? 'away' : undefined;
  }
}
