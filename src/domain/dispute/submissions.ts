import type { Submission } from './submission';

/** The collection of submissions of evidence. Everything that stores needs an open unit of work. */
export abstract class Submissions {
  declare protected readonly port: 'Submissions';

  abstract find(id: string): Promise<Submission | null>;
  /** Takes the row, so that there is one writer at a time. */
  abstract lock(id: string): Promise<Submission | null>;
  /** The one of a dispute that is on its way. */
  abstract openOf(disputeId: string): Promise<Submission | null>;
  abstract add(submission: Submission): Promise<void>;
  /** @throws when another version was stored in between. */
  abstract save(submission: Submission): Promise<void>;
}
