import { SubCommand } from 'nest-commander';
import type { ApiKeyView } from '../../application/access/api-key-view';
import { ListApiKeys } from '../../application/access/list-api-keys';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';
import { ReadsOnly } from './reads-only';
import { table, type Column } from './table';

const COLUMNS: readonly Column<ApiKeyView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
  { title: 'role', value: ({ role }) => role },
  { title: 'scopes', value: ({ scopes }) => scopes?.join(',') ?? 'all' },
  { title: 'created', value: ({ createdAt }) => createdAt },
  { title: 'last used', value: ({ lastUsedAt }) => lastUsedAt },
  { title: 'expires', value: ({ expiresAt }) => expiresAt },
  { title: 'old secret until', value: ({ previousUntil }) => previousUntil },
  { title: 'revoked', value: ({ revokedAt }) => revokedAt },
];

@ReadsOnly()
@SubCommand({ name: 'list', description: 'list API keys, newest first, revoked ones included' })
export class KeysListCommand extends JsonCommand {
  constructor(
    private readonly listApiKeys: ListApiKeys,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { json }: JsonOptions): Promise<void> {
    const data = await this.listApiKeys.execute();
    if (json === true) this.output.json({ data });
    else this.output.text(data.length > 0 ? table(COLUMNS, data) : 'There are no API keys yet.');
  }
}
