import { Option, SubCommand } from 'nest-commander';
import { AuditQueries, type AuditFilter, type AuditView } from '../../application/audit/audit-queries';
import { DEFAULT_LIMIT, instantIn } from './option-values';
import { Output } from './output';
import { PagedCommand, type PageOptions } from './paged-command';
import { ReadsOnly } from './reads-only';
import { table, type Column } from './table';

const COLUMNS: readonly Column<AuditView>[] = [
  { title: 'no.', value: ({ sequence }) => String(sequence), align: 'right' },
  { title: 'when', value: ({ occurredAt }) => occurredAt },
  { title: 'phase', value: ({ phase, asked }) => (asked === null ? phase : `${phase} of ${String(asked)}`) },
  { title: 'who', value: ({ principal }) => principal },
  { title: 'role', value: ({ role }) => role },
  { title: 'what', value: ({ action }) => action },
  { title: 'target', value: ({ target }) => target },
  {
    title: 'ended',
    value: ({ status, code }) => (status === null ? null : [String(status), code ?? ''].join(' ').trim()),
  },
  { title: 'given', value: ({ detail }) => (detail === null ? null : JSON.stringify(detail)) },
];

interface Options extends PageOptions, AuditFilter {}

@ReadsOnly()
@SubCommand({ name: 'list', description: 'list what staff did, newest first' })
export class AuditListCommand extends PagedCommand {
  constructor(
    private readonly queries: AuditQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { json, limit = DEFAULT_LIMIT, cursor, ...filter }: Options): Promise<void> {
    const page = await this.page(this.queries.list(filter, limit, cursor ?? null));
    if (json === true) {
      this.output.json(page);
      return;
    }
    const { data, nextCursor } = page;
    const more = nextCursor === null ? '' : `\n\nThere are more: add --cursor ${nextCursor}`;
    this.output.text(data.length > 0 ? `${table(COLUMNS, data)}${more}` : 'No entries match.');
  }

  @Option({ flags: '--principal <id>', description: 'only what this one did: sub:…, key:key_…, cli:…' })
  parsePrincipal(text: string): string {
    return text;
  }

  @Option({ flags: '--action <action>', description: "only this: 'POST /payments/{id}/capture', 'keys revoke'" })
  parseAction(text: string): string {
    return text;
  }

  @Option({ flags: '--since <time>', description: 'only from this time on: 2026-12-01T10:30:00Z' })
  parseSince(text: string): Date {
    return instantIn('--since', text);
  }
}
