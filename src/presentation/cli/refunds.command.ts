import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { RefundsPoliciesCommand } from './refunds-policies.command';
import { RefundsQuoteCommand } from './refunds-quote.command';

@Command({
  name: 'refunds',
  description: 'ask what would come back of a payment, and by which policies',
  subCommands: [RefundsQuoteCommand, RefundsPoliciesCommand],
})
export class RefundsCommand extends CommandGroup {}
