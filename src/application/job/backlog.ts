/** How much work waits, over all queues. */
export interface BacklogFigures {
  readonly waiting: number;
  readonly dead: number;
  /** Seconds for which the oldest has waited that should have been done by now. */
  readonly oldest: number;
}

/** From when on somebody should look at it. */
export class BacklogLimits {
  constructor(
    readonly waiting: number,
    /** Seconds. */
    readonly oldest: number,
  ) {}
}

export interface BacklogConcern {
  readonly kind: 'dead' | 'oldest' | 'waiting';
  /** For people: what is the matter, and what to do. */
  readonly text: string;
}

/** The most pressing first; null while all is well. */
export function concernOf({ waiting, dead, oldest }: BacklogFigures, limits: BacklogLimits): BacklogConcern | null {
  if (dead > 0) {
    const [were, wait] = dead === 1 ? ['job was', 'waits'] : ['jobs were', 'wait'];
    const text = `${String(dead)} ${were} given up and ${wait} for a person: cashdesk jobs list --state dead.`;
    return { kind: 'dead', text };
  }
  if (oldest > limits.oldest) {
    const text = `A job has waited for ${String(Math.floor(oldest / 60))} minutes: cashdesk jobs list --older-than 5m.`;
    return { kind: 'oldest', text };
  }
  if (waiting <= limits.waiting) return null;
  return {
    kind: 'waiting',
    text: `${String(waiting)} jobs are waiting: start more instances, or ask what holds them up.`,
  };
}

/** The backlog, and the one alarm about it that all instances share. */
export abstract class Backlog {
  declare protected readonly port: 'Backlog';

  abstract figures(): Promise<BacklogFigures>;
  /** Raises the event `jobs.backlog`. @returns false while there is an alarm already. */
  abstract raise(concern: BacklogConcern, figures: BacklogFigures): Promise<boolean>;
  /** Raises the event `jobs.backlog_cleared`. @returns false when there is no alarm. */
  abstract clear(figures: BacklogFigures): Promise<boolean>;
}
