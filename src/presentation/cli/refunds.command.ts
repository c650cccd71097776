import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { RefundsApproveCommand } from './refunds-approve.command';
import { RefundsListCommand } from './refunds-list.command';
import { RefundsPoliciesCommand } from './refunds-policies.command';
import { RefundsQuoteCommand } from './refunds-quote.command';
import { RefundsRejectCommand } from './refunds-reject.command';
import { RefundsRequestCommand } from './refunds-request.command';
import { RefundsShowCommand } from './refunds-show.command';
import { RefundsWithdrawCommand } from './refunds-withdraw.command';

@Command({
  name: 'refunds',
  description: 'look at refunds, ask for them and decide about them, by which policies',
  subCommands: [
    RefundsListCommand,
    RefundsShowCommand,
    RefundsQuoteCommand,
    RefundsRequestCommand,
    RefundsApproveCommand,
    RefundsRejectCommand,
    RefundsWithdrawCommand,
    RefundsPoliciesCommand,
  ],
})
export class RefundsCommand extends CommandGroup {}
