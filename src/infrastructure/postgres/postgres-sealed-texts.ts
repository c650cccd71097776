import type { DataSource } from 'typeorm';
import { SealBroken, type Cipher } from '../../application/shared/cipher';
import { SealedTexts, type KeyUse, type ResealProgress } from '../../application/shared/sealed-texts';
import { nameOf, SEALED_COLUMNS, type SealedColumn } from './sealed-columns';

interface Text {
  readonly key: string[];
  readonly owner: string;
  readonly text: string;
}

interface Resealed extends Text {
  readonly anew: string;
}

export class PostgresSealedTexts extends SealedTexts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override get newestKey(): string {
    return this.cipher.newestKey;
  }

  override async count(): Promise<KeyUse[]> {
    const uses: KeyUse[] = [];
    for (const sealed of SEALED_COLUMNS) {
      const { table, column } = sealed;
      const rows = await this.dataSource.query<Omit<KeyUse, 'column'>[]>(
        `SELECT ${keyId(column)} AS key, count(*)::int AS texts FROM ${table} WHERE ${column} IS NOT NULL
         GROUP BY 1 ORDER BY 1`,
      );
      uses.push(...rows.map((row) => ({ column: nameOf(sealed), ...row })));
    }
    return uses;
  }

  override async reseal(
    onProgress: (progress: ResealProgress) => void,
    onUnopened: (what: string) => void,
  ): Promise<number> {
    let total = 0;
    for (const sealed of SEALED_COLUMNS) {
      let done = 0;
      let last: string[] | null = null;
      for (;;) {
        const texts: Text[] = await this.next(sealed, last);
        const end = texts.at(-1);
        if (end === undefined) break;
        last = end.key;
        done += await this.store(sealed, this.anew(sealed, texts, onUnopened));
        onProgress({ column: nameOf(sealed), sealed: done });
      }
      total += done;
    }
    return total;
  }

  private async next({ table, column, key, owner, batch }: SealedColumn, last: string[] | null): Promise<Text[]> {
    const place = key.map((_name, index) => `$${String(index + 3)}`).join(', ');
    return this.dataSource.query<Text[]>(
      `SELECT ARRAY[${key.join(', ')}] AS key, ${owner} AS owner, ${column} AS text FROM ${table}
       WHERE ${column} IS NOT NULL AND ${keyId(column)} <> $1 ${last === null ? '' : `AND (${key.join(', ')}) > (${place})`}
       ORDER BY ${key.join(', ')} LIMIT $2`,
      [this.newestKey, batch, ...(last ?? [])],
    );
  }

  private anew(sealed: SealedColumn, texts: readonly Text[], onUnopened: (what: string) => void): Resealed[] {
    const column = nameOf(sealed);
    return texts.flatMap((text) => {
      const context = `${column}:${text.owner}`;
      try {
        return [{ ...text, anew: this.cipher.seal(this.cipher.open(text.text, context), context) }];
      } catch (error) {
        if (!(error instanceof SealBroken)) throw error;
        onUnopened(error.message);
        return [];
      }
    });
  }

  /** Only where the text is still the one that was read: whoever wrote since wrote what is newer. */
  private async store({ table, column, key }: SealedColumn, texts: readonly Resealed[]): Promise<number> {
    const names = [...key, 'text', 'anew'];
    const arrays = names.map((_name, index) => `$${String(index + 1)}::text[]`).join(', ');
    const rows = await this.dataSource.query<unknown[]>(
      `WITH stored AS (
         UPDATE ${table} t SET ${column} = n.anew
         FROM unnest(${arrays}) n (${names.map((name, index) => (index < key.length ? `k${String(index)}` : name)).join(', ')})
         WHERE ${key.map((name, index) => `t.${name} = n.k${String(index)}`).join(' AND ')} AND t.${column} = n.text
         RETURNING 1
       ) SELECT 1 FROM stored`,
      [
        ...key.map((_name, index) => texts.map((text) => text.key[index])),
        texts.map(({ text }) => text),
        texts.map(({ anew }) => anew),
      ],
    );
    return rows.length;
  }
}

/** `v1.<key>.…`; whatever is not sealed at all counts as a key that no ring has. */
function keyId(column: string): string {
  return `CASE WHEN ${column} ~ '^v1[.][A-Za-z0-9_-]{1,32}[.]' THEN split_part(${column}, '.', 2) ELSE 'none' END`;
}
