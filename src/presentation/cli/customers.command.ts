import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { CustomersFindCommand } from './customers-find.command';
import { CustomersListCommand } from './customers-list.command';
import { CustomersShowCommand } from './customers-show.command';

@Command({
  name: 'customers',
  description: 'look at customers',
  subCommands: [CustomersListCommand, CustomersShowCommand, CustomersFindCommand],
})
export class CustomersCommand extends CommandGroup {}
