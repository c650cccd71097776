import { Option, SubCommand } from 'nest-commander';
import { DiscardJob } from '../../application/job/discard-job';
import { wrongUsage } from './exit-codes';
import { jobIn } from './job-texts';
import { JsonCommand, type JsonOptions } from './json-command';
import { operatingSystemUser } from './operating-system-user';
import { Output } from './output';

interface Options extends JsonOptions {
  readonly reason: string;
}

const LONGEST = 500;

@SubCommand({
  name: 'discard',
  arguments: '<id>',
  argsDescription: { id: 'the dead letter, job_…' },
  description:
    'decide that a dead letter is not worked on any more; its events are closed as ignored, its saga is left',
})
export class JobsDiscardCommand extends JsonCommand {
  constructor(
    private readonly discardJob: DiscardJob,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], { json, reason }: Options): Promise<void> {
    const command = { jobId: id, reason, by: `cli:${operatingSystemUser()}`, idempotency: null };
    const job = jobIn(await this.discardJob.execute(command), id);
    if (json === true) this.output.json(job);
    else this.output.text(`${job.id} is discarded. It can be looked at with jobs show ${job.id}.`);
  }

  @Option({ flags: '--reason <text>', description: 'why, for whoever asks later', required: true })
  parseReason(text: string): string {
    const reason = text.trim();
    if (reason.length > 0 && reason.length <= LONGEST && !reason.includes('\0')) return reason;
    throw wrongUsage(`--reason must have 1 to ${String(LONGEST)} characters.`);
  }
}
