import type { Provider } from '@nestjs/common';
import { ApiKeys, type ApiKey } from '../../src/application/access/api-keys';
import { CreateApiKey } from '../../src/application/access/create-api-key';
import { IssueToken } from '../../src/application/access/issue-token';
import { KeySecrets } from '../../src/application/access/key-secrets';
import { ListApiKeys } from '../../src/application/access/list-api-keys';
import { RevokeApiKey } from '../../src/application/access/revoke-api-key';
import { TokenService, type TokenClaims, type TokenRefusal } from '../../src/application/access/token-service';
import { Clock } from '../../src/application/shared/clock';
import { Identifiers } from '../../src/application/shared/identifiers';
import { err, type Result } from '../../src/domain/shared/result';
import { cashdesk, linesOf } from './command-line';

const NOW = new Date('2026-12-01T10:00:00.000Z');
const KEY_ID = 'key_01jd8x3v5ze6w9q2r4t7y8u1p0';
const SECRET = 'A'.repeat(43);

class KeysInMemory extends ApiKeys {
  readonly keys: ApiKey[] = [];

  override async add(key: ApiKey): Promise<void> {
    this.keys.unshift(key);
  }
  override async findById(id: string): Promise<ApiKey | null> {
    return this.keys.find((key) => key.id === id) ?? null;
  }
  override async list(): Promise<ApiKey[]> {
    return this.keys;
  }
  override async revoke(id: string, at: Date): Promise<boolean> {
    const index = this.keys.findIndex((key) => key.id === id && key.revokedAt === null);
    if (index >= 0) this.keys[index] = { ...this.keys[index]!, revokedAt: at };
    return index >= 0;
  }
}

class KnownSecret extends KeySecrets {
  override generate(): string {
    return SECRET;
  }
  override hash(secret: string): Uint8Array {
    return Buffer.from(`hash of ${secret}`);
  }
  override matches(): boolean {
    return false;
  }
}

class StoppedClock extends Clock {
  override now(): Date {
    return NOW;
  }
  override async sleep(): Promise<void> {}
}

class KnownIdentifiers extends Identifiers {
  override next(): string {
    return KEY_ID;
  }
}

class FakeTokens extends TokenService {
  override async issue({ role, subject }: TokenClaims, lifetime: number): Promise<string> {
    return `${role}.${subject ?? 'nobody'}.${lifetime}`;
  }
  override async verify(): Promise<Result<TokenClaims, TokenRefusal>> {
    return err('invalid');
  }
}

function over(keys: ApiKeys): Provider[] {
  const clock = new StoppedClock();
  return [
    { provide: CreateApiKey, useValue: new CreateApiKey(keys, new KnownSecret(), new KnownIdentifiers(), clock) },
    { provide: ListApiKeys, useValue: new ListApiKeys(keys) },
    { provide: RevokeApiKey, useValue: new RevokeApiKey(keys, clock) },
    { provide: IssueToken, useValue: new IssueToken(new FakeTokens()) },
  ];
}

const CLEAR_KEY = `ck_${KEY_ID.slice('key_'.length)}_${SECRET}`;
const create = (name: string, ...more: string[]) => ['keys', 'create', '--name', name, '--role', 'finance', ...more];

describe('keys', () => {
  it('are shown once, when they are made', async () => {
    const keys = new KeysInMemory();
    const { exitCode, out } = await cashdesk(create('booking backend'), over(keys));
    expect(exitCode).toBe(0);
    expect(linesOf(out)).toContain(`  ${CLEAR_KEY}`);
    expect(out).toContain('cannot be shown again');
    const list = await cashdesk(['keys', 'list'], over(keys));
    expect(list.out).toMatch(/booking backend +finance +2026-12-01T10:00:00\.000Z +-\n$/);
    expect(list.out).not.toContain(SECRET);
  });

  it('are made and listed for programs too', async () => {
    const services = over(new KeysInMemory());
    const { out } = await cashdesk(create('ci', '--json'), services);
    const key = { id: KEY_ID, name: 'ci', role: 'finance', createdAt: NOW.toISOString(), revokedAt: null };
    expect(JSON.parse(out)).toEqual({ clearKey: CLEAR_KEY, key });
    expect(JSON.parse((await cashdesk(['keys', 'list', '--json'], services)).out)).toEqual({ data: [key] });
  });

  it.each(['', '   ', 'two\nlines', 'x'.repeat(101)])('are not named %j', async (name) => {
    const keys = new KeysInMemory();
    const { exitCode, out, err: problem } = await cashdesk(create(name), over(keys));
    expect({ exitCode, out, lines: linesOf(problem).length }).toEqual({ exitCode: 2, out: '', lines: 1 });
    expect(keys.keys).toEqual([]);
  });

  it('are none at first', async () => {
    expect((await cashdesk(['keys', 'list'], over(new KeysInMemory()))).out).toBe('There are no API keys yet.\n');
  });

  it('are revoked once; revoking again changes nothing', async () => {
    const keys = new KeysInMemory();
    await cashdesk(create('old'), over(keys));
    expect(await cashdesk(['keys', 'revoke', KEY_ID], over(keys))).toEqual({
      exitCode: 0,
      out: `Revoked ${KEY_ID}.\n`,
      err: '',
    });
    const again = await cashdesk(['keys', 'revoke', KEY_ID, '--json'], over(keys));
    expect(JSON.parse(again.out)).toEqual({ id: KEY_ID, outcome: 'already_revoked' });
    expect((await cashdesk(['keys', 'list'], over(keys))).out).toMatch(/10:00:00\.000Z +2026-12-01T10:00:00\.000Z\n$/);
  });

  it('given in clear are not repeated when they are not found', async () => {
    const { exitCode, out, err: problem } = await cashdesk(['keys', 'revoke', CLEAR_KEY], over(new KeysInMemory()));
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: '' });
    expect(problem).not.toContain(SECRET);
  });
});

describe('a token', () => {
  it('is printed and nothing else', async () => {
    expect(await cashdesk(['token', '--role', 'admin'], over(new KeysInMemory()))).toEqual({
      exitCode: 0,
      out: 'admin.nobody.43200\n',
      err: '',
    });
  });

  it('of a customer says whose', async () => {
    const services = over(new KeysInMemory());
    const token = await cashdesk(['token', '--role', 'customer', '--subject', 'cus_7'], services);
    expect(token.out).toBe('customer.cus_7.43200\n');
    const { exitCode, out, err: problem } = await cashdesk(['token', '--role', 'customer'], services);
    expect({ exitCode, out, lines: linesOf(problem).length }).toEqual({ exitCode: 2, out: '', lines: 1 });
  });
});
