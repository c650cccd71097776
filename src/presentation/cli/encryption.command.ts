import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { EncryptionRotateCommand } from './encryption-rotate.command';
import { EncryptionStatusCommand } from './encryption-status.command';

@Command({
  name: 'encryption',
  description: 'see under which keys texts are sealed, and seal them under the newest',
  subCommands: [EncryptionStatusCommand, EncryptionRotateCommand],
})
export class EncryptionCommand extends CommandGroup {}
