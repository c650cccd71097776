import { SubCommand } from 'nest-commander';
import { RecoveryNotes } from '../../application/recovery/recovery-notes';
import { RecoveryQueries } from '../../application/recovery/recovery-queries';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';
import { ReadsOnly } from './reads-only';
import { nothingInDoubt, notesTable, recoveryText } from './recovery-texts';

@ReadsOnly()
@SubCommand({
  name: 'show',
  arguments: '<id>',
  argsDescription: { id: 'as recovery list shows it' },
  description: 'show all that is known of what is in doubt, and what a person can do',
})
export class RecoveryShowCommand extends JsonCommand {
  constructor(
    private readonly queries: RecoveryQueries,
    private readonly recoveryNotes: RecoveryNotes,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], { json }: JsonOptions): Promise<void> {
    const item = await this.queries.get(id);
    const notes = await this.recoveryNotes.of(id);
    if (item === null && notes.length === 0) throw nothingInDoubt();
    if (json === true) this.output.json({ item, notes });
    else {
      const known = item === null ? `${id} is not in doubt any more.` : recoveryText(item);
      this.output.text(notes.length === 0 ? known : `${known}\n\n${notesTable(notes)}`);
    }
  }
}
