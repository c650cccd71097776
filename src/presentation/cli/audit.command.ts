import { Command } from 'nest-commander';
import { AuditListCommand } from './audit-list.command';
import { AuditVerifyCommand } from './audit-verify.command';
import { CommandGroup } from './command-group';

@Command({
  name: 'audit',
  description: 'see what staff did, and whether the trail of it is whole',
  subCommands: [AuditListCommand, AuditVerifyCommand],
})
export class AuditCommand extends CommandGroup {}
