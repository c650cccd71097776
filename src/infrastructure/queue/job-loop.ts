import type { JobName, Jobs } from '../../application/shared/job-queue';
import type { Job, PgBossJobQueue } from './pg-boss-job-queue';

export interface JobLoopOptions<N extends JobName> {
  readonly queue: N;
  readonly handle: (job: Job<Jobs[N]>) => Promise<void>;
  readonly onFailure: (job: Job<Jobs[N]>, error: unknown) => Promise<void>;
  /** Fetching, completing or failing did not work: the database is away. */
  readonly onTrouble: (error: unknown) => void;
  readonly batchSize?: number;
  /** Milliseconds; the fall-back where no nudge comes, such as a job that another instance enqueued. */
  readonly pollEvery?: number;
}

/** Fetches jobs, works on them side by side, and completes or fails each by itself; everything awaited. */
export class JobLoop<N extends JobName> {
  #wake: (() => void) | null = null;
  #nudged = false;
  #stopping = false;
  #done: Promise<void> = Promise.resolve();

  constructor(
    private readonly queue: PgBossJobQueue,
    private readonly options: JobLoopOptions<N>,
  ) {}

  start(): void {
    this.queue.onEnqueued(this.options.queue, () => {
      this.nudge();
    });
    this.#done = this.run();
  }

  /** Lets the jobs in work finish. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.nudge();
    await this.#done;
  }

  nudge(): void {
    this.#nudged = true;
    this.#wake?.();
  }

  private async run(): Promise<void> {
    const { batchSize = 10, pollEvery = 500 } = this.options;
    while (!this.#stopping) {
      this.#nudged = false;
      const fetched = await this.workBatch(batchSize);
      if (fetched < batchSize) await this.idle(pollEvery);
    }
  }

  private async workBatch(batchSize: number): Promise<number> {
    try {
      const jobs = await this.queue.fetch(this.options.queue, batchSize);
      const results = await Promise.allSettled(jobs.map((job) => this.workOne(job)));
      for (const result of results) if (result.status === 'rejected') this.options.onTrouble(result.reason);
      return jobs.length;
    } catch (error) {
      this.options.onTrouble(error);
      return 0;
    }
  }

  private async workOne(job: Job<Jobs[N]>): Promise<void> {
    try {
      await this.options.handle(job);
    } catch (error) {
      await this.reportFailure(job, error);
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
      await this.queue.fail(this.options.queue, job.id, reason);
      return;
    }
    await this.queue.complete(this.options.queue, job.id);
  }

  private async reportFailure(job: Job<Jobs[N]>, error: unknown): Promise<void> {
    try {
      await this.options.onFailure(job, error);
    } catch (trouble) {
      this.options.onTrouble(trouble);
    }
  }

  /** At most so long, and not at all when there was a nudge since the last fetch began. */
  private idle(milliseconds: number): Promise<void> {
    if (this.#nudged) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
