import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { KeysCreateCommand } from './keys-create.command';
import { KeysListCommand } from './keys-list.command';
import { KeysRevokeCommand } from './keys-revoke.command';
import { KeysRotateCommand } from './keys-rotate.command';

@Command({
  name: 'keys',
  description: 'make, list, rotate and revoke API keys',
  subCommands: [KeysCreateCommand, KeysListCommand, KeysRotateCommand, KeysRevokeCommand],
})
export class KeysCommand extends CommandGroup {}
