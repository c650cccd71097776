import { Command } from 'nest-commander';
import { CardsExpiringCommand } from './cards-expiring.command';
import { CardsListCommand } from './cards-list.command';
import { CommandGroup } from './command-group';

@Command({
  name: 'cards',
  description: 'look at saved payment methods',
  subCommands: [CardsListCommand, CardsExpiringCommand],
})
export class CardsCommand extends CommandGroup {}
