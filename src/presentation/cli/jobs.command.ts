import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { JobsDiscardCommand } from './jobs-discard.command';
import { JobsListCommand } from './jobs-list.command';
import { JobsRedriveCommand } from './jobs-redrive.command';
import { JobsShowCommand } from './jobs-show.command';

@Command({
  name: 'jobs',
  description: 'look at the work that waits, and decide about what was given up',
  subCommands: [JobsListCommand, JobsShowCommand, JobsRedriveCommand, JobsDiscardCommand],
})
export class JobsCommand extends CommandGroup {}
