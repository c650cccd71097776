import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { RefundsQuoteCommand } from './refunds-quote.command';

@Command({
  name: 'refunds',
  description: 'ask what would come back of a payment',
  subCommands: [RefundsQuoteCommand],
})
export class RefundsCommand extends CommandGroup {}
