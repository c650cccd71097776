import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { PaymentsCancelCommand } from './payments-cancel.command';
import { PaymentsListCommand } from './payments-list.command';
import { PaymentsShowCommand } from './payments-show.command';

@Command({
  name: 'payments',
  description: 'look at payments, and cancel them',
  subCommands: [PaymentsListCommand, PaymentsShowCommand, PaymentsCancelCommand],
})
export class PaymentsCommand extends CommandGroup {}
