import { SubCommand } from 'nest-commander';
import { SealedTexts, type KeyUse } from '../../application/shared/sealed-texts';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';
import { ReadsOnly } from './reads-only';
import { table, type Column } from './table';

const COLUMNS: readonly Column<KeyUse>[] = [
  { title: 'column', value: ({ column }) => column },
  { title: 'key', value: ({ key }) => key },
  { title: 'texts', value: ({ texts }) => String(texts), align: 'right' },
];

@ReadsOnly()
@SubCommand({ name: 'status', description: 'count the sealed texts by column and key' })
export class EncryptionStatusCommand extends JsonCommand {
  constructor(
    private readonly texts: SealedTexts,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { json }: JsonOptions): Promise<void> {
    const { newestKey } = this.texts;
    const data = await this.texts.count();
    if (json === true) this.output.json({ newestKey, data });
    else
      this.output.text(
        `${data.length === 0 ? 'Nothing is sealed yet.' : table(COLUMNS, data)}\n\n${advice(data, newestKey)}`,
      );
  }
}

function advice(uses: readonly KeyUse[], newestKey: string): string {
  const older = [...new Set(uses.map(({ key }) => key))].filter((key) => key !== newestKey);
  if (older.length === 0)
    return `All of it is sealed under ${newestKey}, the newest key: ENCRYPTION_KEYS needs no other.`;
  return `Still needed beside ${newestKey}: ${older.join(', ')}. cashdesk encryption rotate seals all under ${newestKey}.`;
}
