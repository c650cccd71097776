import { Logger } from '@nestjs/common';
import { isDatabaseAway } from '../../application/shared/database-away';
import { warnOf } from './warn-of';

const MINUTE = 60_000;

/** Milliseconds without a failure, so that what comes and goes is one trouble. */
const CALM = 5_000;

/** What is said of it, in the log. */
interface Words {
  readonly lasts: string;
  readonly over: string;
}

interface Lasting {
  readonly since: number;
  times: number;
  metAt: number;
  toldAt: number;
}

/** What goes wrong again and again: told when it begins, once a minute while it lasts, and when it is over. */
class Trouble {
  #lasting: Lasting | null = null;

  constructor(
    private readonly logger: Logger,
    private readonly words: Words,
  ) {}

  met(error: unknown): void {
    const now = Date.now();
    const lasting = (this.#lasting ??= { since: now, times: 0, metAt: now, toldAt: -Infinity });
    lasting.times += 1;
    lasting.metAt = now;
    if (now - lasting.toldAt < MINUTE) return;
    lasting.toldAt = now;
    warnOf(this.logger, this.words.lasts, error, figuresOf(lasting));
  }

  /** @param begun when that began which went well: what was under way before the last failure says nothing. */
  wentWell(begun: number): void {
    const lasting = this.#lasting;
    if (lasting === null || begun < lasting.metAt || Date.now() - lasting.metAt < CALM) return;
    this.#lasting = null;
    this.logger.log({ msg: this.words.over, ...figuresOf(lasting) });
  }
}

/** Over one loop. */
export interface TroubleWatch {
  /** Begins it; when it goes well, what was wrong before may be over. */
  readonly over: <T>(work: () => Promise<T>) => Promise<T>;
  readonly failed: (error: unknown) => void;
}

/**
 * The troubles of what is done in the background. That the database is away is one trouble, whichever of the loops meet
 * it; each other belongs to the loop that meets it.
 */
export class Troubles {
  private readonly database: Trouble;

  constructor(private readonly logger = new Logger('background')) {
    this.database = new Trouble(logger, {
      lasts: 'the database does not answer; what is done in the background will be repeated',
      over: 'the database answers again',
    });
  }

  /** @param what the loop does, as `sweep of refunds`. */
  ofLoop(what: string): TroubleWatch {
    return this.of({ lasts: `${what} failed and will be repeated`, over: `${what} goes well again` });
  }

  of(words: Words): TroubleWatch {
    const own = new Trouble(this.logger, words);
    return {
      over: async (work) => {
        const begun = Date.now();
        const result = await work();
        this.database.wentWell(begun);
        own.wentWell(begun);
        return result;
      },
      failed: (error) => {
        (isDatabaseAway(error) ? this.database : own).met(error);
      },
    };
  }

  /** Of one thing among many, which is told by itself unless the database is what it lacked. */
  ofOne(what: string, error: unknown): void {
    if (isDatabaseAway(error)) this.database.met(error);
    else warnOf(this.logger, what, error);
  }
}

function figuresOf({ since, times }: Lasting): object {
  return times === 1 ? {} : { times, since: new Date(since).toISOString() };
}
