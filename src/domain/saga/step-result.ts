/**
 * What running a step, or undoing it, came to. What throws is none of these: it is tried again, and in the end it is for a
 * person.
 */
export type StepResult =
  | StepDone
  | StepWaits
  /** It never will be done. Running forward, all that was done is undone; undoing it, a person has to look. */
  | { readonly kind: 'failed_for_good'; readonly reason: string };

export interface StepDone {
  readonly kind: 'done';
  /** For a person. */
  readonly note?: string;
}

export interface StepWaits {
  readonly kind: 'waiting';
  /** For a person: `Stripe's answer`. */
  readonly for: string;
  /** When it is looked at again, should nothing wake it before. */
  readonly until: Date;
  /** From then on it is listed for a person; null for never. Left out, the limit of the step decides. */
  readonly deadline?: Date | null;
}

export const DONE: StepDone = { kind: 'done' };
