import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { DisputesListCommand } from './disputes-list.command';
import { DisputesShowCommand } from './disputes-show.command';
import { DisputesSubmitEvidenceCommand } from './disputes-submit-evidence.command';

@Command({
  name: 'disputes',
  description: 'look at disputes, and answer them with evidence',
  subCommands: [DisputesListCommand, DisputesShowCommand, DisputesSubmitEvidenceCommand],
})
export class DisputesCommand extends CommandGroup {}
