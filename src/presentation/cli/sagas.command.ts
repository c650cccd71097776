import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { SagasListCommand } from './sagas-list.command';
import { SagasRetryCommand } from './sagas-retry.command';
import { SagasShowCommand } from './sagas-show.command';

@Command({
  name: 'sagas',
  description: 'look at work of several steps, such as refunds: what is done, what waits, what failed',
  subCommands: [SagasListCommand, SagasShowCommand, SagasRetryCommand],
})
export class SagasCommand extends CommandGroup {}
