import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { RecoveryListCommand } from './recovery-list.command';
import { RecoveryRetryCommand } from './recovery-retry.command';
import { RecoverySettleCommand } from './recovery-settle.command';
import { RecoveryShowCommand } from './recovery-show.command';

@Command({
  name: 'recovery',
  description: 'look at what is in doubt towards Stripe, and settle what needs a person',
  subCommands: [RecoveryListCommand, RecoveryShowCommand, RecoveryRetryCommand, RecoverySettleCommand],
})
export class RecoveryCommand extends CommandGroup {}
