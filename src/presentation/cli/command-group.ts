import { CommandRunner } from 'nest-commander';
import { wrongUsage } from './exit-codes';

/** Holds commands and does nothing by itself: without one of them it shows its help. */
export abstract class CommandGroup extends CommandRunner {
  override run([given]: string[]): Promise<void> {
    if (given === undefined) return this.command.help({ error: true });
    if (given === 'help') return this.command.help();
    const names = this.command.commands.map((command) => command.name()).join(', ');
    throw wrongUsage(`Unknown command '${given}': ${this.command.name()} has ${names}.`);
  }
}
