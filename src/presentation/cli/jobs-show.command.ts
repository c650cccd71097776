import { SubCommand } from 'nest-commander';
import { JobQueries } from '../../application/job/job-queries';
import { jobText, noSuchJob } from './job-texts';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';
import { ReadsOnly } from './reads-only';

@ReadsOnly()
@SubCommand({
  name: 'show',
  arguments: '<id>',
  argsDescription: { id: 'the job, job_…' },
  description: 'show a job, what failed so far, and the events that wait for it',
})
export class JobsShowCommand extends JsonCommand {
  constructor(
    private readonly queries: JobQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], { json }: JsonOptions): Promise<void> {
    const job = await this.queries.show(id);
    if (job === null) throw noSuchJob(id);
    if (json === true) this.output.json(job);
    else this.output.text(jobText(job));
  }
}
