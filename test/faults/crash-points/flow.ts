import type { Scene } from './scene';

/** One run of a flow, of things of its own. */
export interface Course {
  /**
   * What the caller does, from the first call to the last, under the same keys each time. It is repeated after the crash,
   * as by a shop that got no answer.
   */
  act(): Promise<unknown>;
  /** What must be so in the end, whatever happened on the way. */
  ends(): Promise<void>;
}

/** Something that is asked for, or that Stripe tells of, and that is to be seen through whatever dies on the way. */
export interface Flow {
  readonly name: string;
  /** Brings it to where it begins. */
  readonly prepare: (scene: Scene) => Promise<Course>;
}
