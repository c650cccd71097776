import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { Clock } from '../../application/shared/clock';

/** All that a look at the database's clock needs. */
export type TimeTeller = Pick<DataSource, 'query'>;

/** Milliseconds. Clocks that are kept by a time service differ by less, and are left as they are. */
const TOLERATED = 100;

const ASK = `SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now`;

/**
 * The time of the database, which all instances share. The machine's own is looked at once, when it starts, and after
 * that only how much time passes: a clock that is wrong, or put right meanwhile, moves no deadline here.
 */
export class DatabaseClock extends Clock {
  /** What the clock showed when nothing had passed yet. */
  #zero = Date.now() - performance.now();
  #skew = 0;

  constructor(private readonly database: TimeTeller) {
    super();
  }

  override now(): Date {
    return new Date(this.#zero + performance.now());
  }

  override async sleep(milliseconds: number): Promise<void> {
    await sleep(milliseconds);
  }

  /** How far the machine's clock was ahead of the database's at the last look, in milliseconds; negative when behind. */
  get skew(): number {
    return this.#skew;
  }

  /** Sets it by the database's, when they differ by more than the way there and back explains. */
  async look(): Promise<void> {
    const asked = performance.now();
    const [row] = await this.database.query<{ now: number }[]>(ASK);
    const answered = performance.now();
    if (row === undefined) return;
    const halfway = (asked + answered) / 2;
    const uncertain = (answered - asked) / 2 + TOLERATED;
    this.#skew = beyond(Date.now() - answered + halfway - row.now, uncertain);
    this.#zero -= beyond(this.#zero + halfway - row.now, uncertain);
  }
}

function beyond(difference: number, tolerated: number): number {
  return Math.abs(difference) > tolerated ? difference : 0;
}

/** From here on somebody should be told, in milliseconds. */
const REMARKABLE = 5_000;

/** Null where the two clocks agree. */
export function apart(skew: number): string | null {
  if (Math.abs(skew) < REMARKABLE) return null;
  const seconds = Math.round(Math.abs(skew) / 1_000);
  const which = skew > 0 ? 'ahead of' : 'behind';
  return `The clock of this machine is ${String(seconds)} s ${which} its database's. Cashdesk goes by the database's.`;
}
