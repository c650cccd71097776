import { Option, SubCommand } from 'nest-commander';
import type { DeadLetterFilter } from '../../application/job/dead-letters';
import { RedriveJob } from '../../application/job/redrive-job';
import { RedriveJobs } from '../../application/job/redrive-jobs';
import { JOB_NAMES, type JobName } from '../../application/shared/job-queue';
import { wrongUsage } from './exit-codes';
import { jobIn } from './job-texts';
import { JsonCommand, type JsonOptions } from './json-command';
import { oneOf } from './option-values';
import { Output } from './output';

interface Options extends JsonOptions {
  readonly all?: boolean;
  readonly queue?: JobName;
  readonly failure?: string;
  readonly key?: string;
}

@SubCommand({
  name: 'redrive',
  arguments: '[ids...]',
  argsDescription: { ids: 'jobs, job_…; or say by the options which dead letters' },
  description: 'have jobs worked on again, at once and with all their tries',
})
export class JobsRedriveCommand extends JsonCommand {
  constructor(
    private readonly redriveJob: RedriveJob,
    private readonly redriveJobs: RedriveJobs,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(ids: string[], { json, all, key, ...others }: Options): Promise<void> {
    const filter: DeadLetterFilter = { ...others, ...(key === undefined ? {} : { keys: [key] }) };
    const isFiltered = Object.keys(filter).length > 0;
    if ((ids.length > 0 ? 1 : 0) + (isFiltered ? 1 : 0) + (all === true ? 1 : 0) !== 1) {
      throw wrongUsage('Say which: ids of jobs, or --queue, --failure or --key, or --all.');
    }
    const redriven = ids.length > 0 ? await this.each(ids) : await this.matching(filter);
    if (json === true) this.output.json({ redriven });
    else this.output.text(`${String(redriven)} ${redriven === 1 ? 'job is' : 'jobs are'} queued again.`);
  }

  private async each(ids: readonly string[]): Promise<number> {
    for (const id of ids) jobIn(await this.redriveJob.execute({ jobId: id, idempotency: null }), id);
    return ids.length;
  }

  private async matching(filter: DeadLetterFilter): Promise<number> {
    const progress = (redriven: number): void => {
      this.output.progress(`${String(redriven)} queued again`);
    };
    const result = await this.redriveJobs.execute({ filter, most: Infinity, idempotency: null, progress });
    if (!result.ok) throw new Error(result.error.kind);
    return result.value.redriven;
  }

  @Option({ flags: '--all', description: 'all dead letters' })
  parseAll(): boolean {
    return true;
  }

  @Option({ flags: '--queue <queue>', description: 'the dead letters of this queue', choices: [...JOB_NAMES] })
  parseQueue(text: string): JobName {
    return oneOf('--queue', text, JOB_NAMES);
  }

  @Option({ flags: '--failure <text>', description: 'those whose last failure contains this' })
  parseFailure(text: string): string {
    return text;
  }

  @Option({ flags: '--key <key>', description: 'those about this, such as pi_…' })
  parseKey(text: string): string {
    return text;
  }
}
