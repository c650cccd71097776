import { Option, SubCommand } from 'nest-commander';
import { JOB_STATES, JobQueries, type JobFilter, type JobState } from '../../application/job/job-queries';
import { JOB_NAMES, type JobName } from '../../application/shared/job-queue';
import { jobsTable } from './job-texts';
import { DEFAULT_LIMIT, durationIn, oneOf } from './option-values';
import { Output } from './output';
import { PagedCommand, type PageOptions } from './paged-command';
import { ReadsOnly } from './reads-only';

interface Options extends PageOptions, JobFilter {}

const MOST_DAYS = 3_650;

@ReadsOnly()
@SubCommand({ name: 'list', description: 'list jobs and dead letters, newest first' })
export class JobsListCommand extends PagedCommand {
  constructor(
    private readonly queries: JobQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { json, limit = DEFAULT_LIMIT, cursor, ...filter }: Options): Promise<void> {
    const page = await this.page(this.queries.list(filter, limit, cursor ?? null));
    if (json === true) this.output.json(page);
    else if (page.data.length === 0) {
      this.output.text(Object.keys(filter).length > 0 ? 'No jobs match.' : 'Nothing waits, and nothing was given up.');
    } else {
      const more = page.nextCursor === null ? '' : `\n\nThere are more: add --cursor ${page.nextCursor}`;
      this.output.text(`${jobsTable(page.data)}${more}`);
    }
  }

  @Option({ flags: '--state <state>', description: 'only those in this state', choices: [...JOB_STATES] })
  parseState(text: string): JobState {
    return oneOf('--state', text, JOB_STATES);
  }

  @Option({ flags: '--queue <queue>', description: 'only those of this queue', choices: [...JOB_NAMES] })
  parseQueue(text: string): JobName {
    return oneOf('--queue', text, JOB_NAMES);
  }

  @Option({ flags: '--older-than <time>', description: 'only those that came so long ago: 90s, 30m, 24h, 7d' })
  parseOlderThan(text: string): number {
    return durationIn('--older-than', text, MOST_DAYS) / 1_000;
  }
}
