import { Option, SubCommand } from 'nest-commander';
import { RECOVERY_KINDS, RecoveryQueries, type RecoveryKind } from '../../application/recovery/recovery-queries';
import { DEFAULT_LIMIT, oneOf } from './option-values';
import { Output } from './output';
import { PagedCommand, type PageOptions } from './paged-command';
import { ReadsOnly } from './reads-only';
import { recoveryTable } from './recovery-texts';

interface Options extends PageOptions {
  readonly kind?: RecoveryKind;
  readonly attention?: true;
}

@ReadsOnly()
@SubCommand({ name: 'list', description: 'list what is in doubt or waits for a person, oldest first' })
export class RecoveryListCommand extends PagedCommand {
  constructor(
    private readonly queries: RecoveryQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], options: Options): Promise<void> {
    const { json, limit = DEFAULT_LIMIT, cursor, kind, attention } = options;
    const filter = { ...(kind && { kind }), ...(attention && { attention }) };
    const page = await this.page(this.queries.list(filter, limit, cursor ?? null));
    if (json === true) this.output.json(page);
    else if (page.data.length === 0) this.output.text('Nothing is in doubt.');
    else {
      const more = page.nextCursor === null ? '' : `\n\nThere are more: add --cursor ${page.nextCursor}`;
      this.output.text(`${recoveryTable(page.data)}${more}`);
    }
  }

  @Option({ flags: '--kind <kind>', description: 'only of this kind', choices: [...RECOVERY_KINDS] })
  parseKind(text: string): RecoveryKind {
    return oneOf('--kind', text, RECOVERY_KINDS);
  }

  @Option({ flags: '--attention', description: 'only what a person must look at' })
  parseAttention(): true {
    return true;
  }
}
