import { failureText } from '../../application/shared/failure-text';
import { GatewayUnavailable } from '../../application/shared/gateway-unavailable';
import type { JobName } from '../../application/shared/job-queue';
import { inTime } from './in-time';

/** A job in work. */
interface Job {
  /** What it is about. */
  readonly key: string;
  /** 1 for the first. */
  readonly tries: number;
  readonly arrivals: number;
  readonly hold: string;
}

/** Where the jobs come from; it knows when one is to be tried again, and when to give it up. */
export interface JobSource {
  onEnqueued(queue: JobName, nudge: () => void): void;
  fetch(queue: JobName, most: number): Promise<Job[]>;
  complete(queue: JobName, job: Job): Promise<void>;
  fail(queue: JobName, job: Job, reason: string): Promise<void>;
  /** As if nobody had fetched them: others may do so at once. */
  giveBack(queue: JobName, jobs: readonly Job[]): Promise<void>;
  /**
   * Stripe did not answer: that says nothing about the job, which is never given up for it.
   * @param retryAfter seconds until asking has a chance again; null where nobody knows.
   */
  putOff(queue: JobName, job: Job, reason: string, retryAfter: number | null): Promise<void>;
}

export interface JobLoopOptions {
  readonly queue: JobName;
  readonly handle: (job: Job) => Promise<void>;
  readonly onFailure: (job: Job, error: unknown) => Promise<void>;
  /** Fetching, completing or failing did not work: the database is away. */
  readonly onTrouble: (error: unknown) => void;
  /** Jobs in work at once: each may need a connection. */
  readonly atOnce?: number;
  /** Milliseconds; the fall-back where no nudge comes, such as a job that another instance enqueued. */
  readonly pollEvery?: number;
  /** Milliseconds from one fetch to the next at least: what comes close together is fetched, and worked on, together. */
  readonly gatherFor?: number;
  /** Stands around each fetch. */
  readonly fetching?: <T>(fetch: () => Promise<T>) => Promise<T>;
  /** Awaited before jobs are fetched: what is more urgent goes first. */
  readonly giveWay?: () => Promise<void>;
}

/**
 * Fetches jobs, works on so many at once, and completes or fails each by itself; everything awaited. As some end others
 * are fetched in their places, so that a slow job holds up no other.
 */
export class JobLoop {
  readonly #inWork = new Map<Promise<void>, Job>();
  readonly #atOnce: number;
  readonly #pollEvery: number;
  #wake: (() => void) | null = null;
  #nudged = false;
  #fetchedAt = -Infinity;
  #stopping = false;
  #done: Promise<void> = Promise.resolve();

  constructor(
    private readonly queue: JobSource,
    private readonly options: JobLoopOptions,
  ) {
    this.#atOnce = options.atOnce ?? 10;
    this.#pollEvery = options.pollEvery ?? 500;
  }

  start(): void {
    this.queue.onEnqueued(this.options.queue, () => {
      this.nudge();
    });
    this.#done = this.run();
  }

  /** Lets the jobs in work finish. Those that take too long are given back, for another to take up at once. */
  async stop(patience?: number): Promise<void> {
    this.#stopping = true;
    this.nudge();
    if (await inTime(this.#done, patience)) return;
    await this.queue.giveBack(this.options.queue, [...this.#inWork.values()]).catch(this.options.onTrouble);
  }

  nudge(): void {
    this.#nudged = true;
    this.#wake?.();
  }

  private async run(): Promise<void> {
    while (!this.#stopping) {
      await this.gather();
      await this.options.giveWay?.();
      this.#nudged = false;
      this.#fetchedAt = performance.now();
      const room = this.#atOnce - this.#inWork.size;
      const fetched = await this.begin(room);
      if (fetched < room) await this.idle();
      while (this.#inWork.size > this.#atOnce - this.worthFetching()) await Promise.race(this.#inWork.keys());
    }
    await Promise.all(this.#inWork.keys());
  }

  private async gather(): Promise<void> {
    const wait = this.#fetchedAt + (this.options.gatherFor ?? 0) - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }

  /** One statement for some places, not one for each. */
  private worthFetching(): number {
    return Math.ceil(this.#atOnce / 4);
  }

  private async begin(room: number): Promise<number> {
    try {
      const { fetching = (fetch) => fetch() } = this.options;
      const jobs = await fetching(() => this.queue.fetch(this.options.queue, room));
      for (const job of jobs) this.hold(job);
      return jobs.length;
    } catch (error) {
      this.options.onTrouble(error);
      return 0;
    }
  }

  private hold(job: Job): void {
    const work = this.workOne(job)
      .catch((error: unknown) => {
        this.options.onTrouble(error);
      })
      .finally(() => {
        this.#inWork.delete(work);
      });
    this.#inWork.set(work, job);
  }

  private async workOne(job: Job): Promise<void> {
    try {
      await this.options.handle(job);
    } catch (error) {
      await this.reportFailure(job, error);
      const { queue } = this.options;
      if (error instanceof GatewayUnavailable) {
        await this.queue.putOff(queue, job, failureText(error), error.retryAfter);
      } else await this.queue.fail(queue, job, failureText(error));
      return;
    }
    await this.queue.complete(this.options.queue, job);
  }

  private async reportFailure(job: Job, error: unknown): Promise<void> {
    try {
      await this.options.onFailure(job, error);
    } catch (trouble) {
      this.options.onTrouble(trouble);
    }
  }

  /** Until the next look, and not at all when there was a nudge since the last fetch began. */
  private idle(): Promise<void> {
    if (this.#nudged) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#pollEvery);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
