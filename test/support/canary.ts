import { createHash } from 'node:crypto';
import Redis from 'ioredis';
import { Client } from 'pg';
import { AesGcmCipher, type CipherKey } from '../../src/infrastructure/crypto/aes-gcm-cipher';
import { nameOf, SEALED_COLUMNS } from '../../src/infrastructure/postgres/sealed-columns';

/** Stands in every marker, so that one that was cut, joined or encoded is found as well. */
const MARK = 'zq7canary';

/** Marked personal data: a text of its own for each field, so that a leak names the field. */
export class Canary {
  readonly #sent = new Set<string>();

  /** `ada` becomes `zq7canaryada`; digits are spelt out so that no encoding changes them. */
  text(field: string): string {
    const marker = `${MARK}${field}`;
    this.#sent.add(marker);
    return marker;
  }

  email(field: string): string {
    return `${this.text(field)}@example.com`;
  }

  /** Digits that stand nowhere else. */
  phone(): string {
    const marker = '8675309771';
    this.#sent.add(marker);
    return `+44${marker}`;
  }

  /** Of a network that nobody uses. */
  networkAddress(): string {
    const marker = '203.0.113.177';
    this.#sent.add(marker);
    return marker;
  }

  url(field: string): string {
    return `https://shop.example/back?who=${this.text(field)}`;
  }

  /** Each marker as it may be written, with the field that it is of. */
  get forms(): Map<string, string> {
    return new Map([...this.#sent].flatMap((marker) => formsOf(marker).map((form) => [form, marker] as const)));
  }

  /** What of all that was sent stands in this text, in whatever writing. */
  leaksIn(text: string): string[] {
    const lower = text.toLowerCase();
    const whole = lower.match(new RegExp(`${MARK}\\w*`, 'g')) ?? [];
    const encoded = [...this.forms].filter(([form]) => text.includes(form)).map(([, marker]) => marker);
    return [...new Set([...whole, ...encoded])].sort();
  }
}

function formsOf(marker: string): string[] {
  const bytes = Buffer.from(marker);
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  );
  const hashes = ['md5', 'sha1', 'sha256'].map((name) => createHash(name).update(marker).digest('hex'));
  return [marker, bytes.toString('hex'), ...shifted, ...hashes];
}

export interface StoredText {
  /** `public.payments.details` */
  readonly column: string;
  readonly text: string;
}

/** Every column of every table of every schema, as text. */
export async function everyColumn(url: string): Promise<StoredText[]> {
  return withClient(url, async (client) => {
    const { rows: columns } = await client.query<{ schema: string; table: string; column: string }>(
      `SELECT n.nspname AS schema, c.relname AS table, a.attname AS column FROM pg_attribute a
       JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
         AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`,
    );
    const texts: StoredText[] = [];
    for (const { schema, table, column } of columns) {
      const { rows } = await client.query<{ text: string }>(
        `SELECT "${column}"::text AS text FROM "${schema}"."${table}" WHERE "${column}" IS NOT NULL`,
      );
      texts.push(...rows.map(({ text }) => ({ column: `${schema}.${table}.${column}`, text })));
    }
    return texts;
  });
}

/** Every sealed text, opened with the key, by column. */
export async function everySealedText(url: string, key: CipherKey): Promise<StoredText[]> {
  const cipher = new AesGcmCipher([key]);
  return withClient(url, async (client) => {
    const opened: StoredText[] = [];
    for (const sealed of SEALED_COLUMNS) {
      const { rows } = await client.query<{ owner: string; text: string }>(
        `SELECT ${sealed.owner} AS owner, ${sealed.column} AS text FROM ${sealed.table} WHERE ${sealed.column} IS NOT NULL`,
      );
      const column = nameOf(sealed);
      opened.push(...rows.map(({ owner, text }) => ({ column, text: cipher.open(text, `${column}:${owner}`) })));
    }
    return opened;
  });
}

/** Every key of Redis with its value. */
export async function everyKey(url: string): Promise<string[]> {
  const redis = new Redis(url);
  try {
    const found: string[] = [];
    for (const key of await redis.keys('*')) {
      const dumped = await redis.dumpBuffer(key);
      found.push(`${key} ${dumped.toString('latin1')}`);
    }
    return found;
  } finally {
    redis.disconnect();
  }
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
