import type { Provider } from '@nestjs/common';
import { ApiKeys, type ApiKey, type StandingApiKey } from '../../src/application/access/api-keys';
import { CreateApiKey } from '../../src/application/access/create-api-key';
import { IssueToken } from '../../src/application/access/issue-token';
import { KeySecrets } from '../../src/application/access/key-secrets';
import { ListApiKeys } from '../../src/application/access/list-api-keys';
import { RevokeApiKey } from '../../src/application/access/revoke-api-key';
import { RotateApiKey } from '../../src/application/access/rotate-api-key';
import { TokenService, type TokenClaims, type TokenRefusal } from '../../src/application/access/token-service';
import { Clock } from '../../src/application/shared/clock';
import { Identifiers } from '../../src/application/shared/identifiers';
import { err, type Result } from '../../src/domain/shared/result';
import { cashdesk, linesOf } from './command-line';

const NOW = new Date('2026-12-01T10:00:00.000Z');
const KEY_ID = 'key_01jd8x3v5ze6w9q2r4t7y8u1p0';
const SECRET = 'A'.repeat(43);

class KeysInMemory extends ApiKeys {
  readonly keys: StandingApiKey[] = [];

  override async add(key: ApiKey): Promise<void> {
    this.keys.unshift({ ...key, expired: false, previous: null, lastUsedAt: null });
  }
  override async findById(id: string): Promise<StandingApiKey | null> {
    return this.keys.find((key) => key.id === id) ?? null;
  }
  override async list(): Promise<StandingApiKey[]> {
    return this.keys;
  }
  override async revoke(id: string, at: Date): Promise<boolean> {
    const index = this.keys.findIndex((key) => key.id === id && key.revokedAt === null);
    if (index >= 0) this.keys[index] = { ...this.keys[index]!, revokedAt: at };
    return index >= 0;
  }
  override async rotate(id: string, secretHash: Uint8Array, overlap: number): Promise<StandingApiKey | null> {
    const index = this.keys.findIndex((key) => key.id === id && key.revokedAt === null && !key.expired);
    if (index < 0) return null;
    const until = new Date(NOW.getTime() + overlap);
    const old = this.keys[index]!;
    const previous = overlap === 0 ? null : { secretHash: old.secretHash, until };
    this.keys[index] = { ...old, secretHash, rotatedAt: NOW, previous };
    return this.keys[index];
  }
  override noteUse(): void {}
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
    { provide: RotateApiKey, useValue: new RotateApiKey(keys, new KnownSecret()) },
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
    expect(list.out).toMatch(/booking backend +finance +all +2026-12-01T10:00:00\.000Z( +-){4}\n$/);
    expect(list.out).not.toContain(SECRET);
  });

  it('are made and listed for programs too', async () => {
    const services = over(new KeysInMemory());
    const { out } = await cashdesk(create('ci', '--json'), services);
    const never = {
      expiresAt: null,
      lastUsedAt: null,
      rotatedAt: null,
      previousUntil: null,
      revokedAt: null,
    };
    const key = { id: KEY_ID, name: 'ci', role: 'finance', scopes: null, createdAt: NOW.toISOString(), ...never };
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
    expect((await cashdesk(['keys', 'list'], over(keys))).out).toMatch(
      /10:00:00\.000Z( +-){3} +2026-12-01T10:00:00\.000Z\n$/,
    );
  });

  it('given in clear are not repeated when they are not found', async () => {
    const { exitCode, out, err: problem } = await cashdesk(['keys', 'revoke', CLEAR_KEY], over(new KeysInMemory()));
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: '' });
    expect(problem).not.toContain(SECRET);
  });
});

describe('keys narrowed, ended and rotated', () => {
  it('say what they were narrowed to and when they end', async () => {
    const services = over(new KeysInMemory());
    const made = await cashdesk(
      create('till', '--scopes', 'payments:write,payments:read,payments:read', '--expires-in', '90d'),
      services,
    );
    expect(made.out).toContain('(till, finance, payments:read, payments:write, until 2027-03-01T10:00:00.000Z)');
    const list = await cashdesk(['keys', 'list'], services);
    expect(list.out).toMatch(/payments:read,payments:write +2026-\S+ +- +2027-03-01T10:00:00\.000Z/);
  });

  it('get a new secret, and keep the old one for as long as is asked, a day by default', async () => {
    const services = over(new KeysInMemory());
    await cashdesk(create('shop'), services);
    const rotated = await cashdesk(['keys', 'rotate', KEY_ID], services);
    expect(rotated.exitCode).toBe(0);
    expect(linesOf(rotated.out)).toContain(`  ${CLEAR_KEY}`);
    expect(rotated.out).toContain('The old secret is valid until 2026-12-02T10:00:00.000Z.');
    expect((await cashdesk(['keys', 'list'], services)).out).toContain('2026-12-02T10:00:00.000Z');
    const json = await cashdesk(['keys', 'rotate', KEY_ID, '--overlap', '30m', '--json'], services);
    expect(JSON.parse(json.out)).toMatchObject({ key: { previousUntil: '2026-12-01T10:30:00.000Z' } });
    expect((await cashdesk(['keys', 'rotate', KEY_ID, '--overlap', '0s'], services)).out).toContain(
      'The old secret has ended.',
    );
  });

  it('are not rotated when they are not there or ended, and what was given is not repeated', async () => {
    const services = over(new KeysInMemory());
    const none = await cashdesk(['keys', 'rotate', CLEAR_KEY], services);
    expect([none.exitCode, none.out, none.err.includes(SECRET)]).toEqual([3, '', false]);
    await cashdesk(create('old'), services);
    await cashdesk(['keys', 'revoke', KEY_ID], services);
    const revoked = await cashdesk(['keys', 'rotate', KEY_ID], services);
    expect([revoked.exitCode, revoked.err]).toEqual([1, expect.stringContaining('keys create')]);
  });

  it.each([
    ['an unknown scope', create('x', '--scopes', 'payments:all')],
    ['no scope', create('x', '--scopes', '')],
    ['a life of nothing', create('x', '--expires-in', '0d')],
    ['a life without a unit', create('x', '--expires-in', '90')],
    ['a life past ten years', create('x', '--expires-in', '3651d')],
    ['an overlap past a month', ['keys', 'rotate', KEY_ID, '--overlap', '31d']],
    ['a negative overlap', ['keys', 'rotate', KEY_ID, '--overlap=-1h']],
  ])('with %s are wrong usage', async (_what, args) => {
    const keys = new KeysInMemory();
    const { exitCode, out, err: problem } = await cashdesk(args, over(keys));
    expect({ exitCode, out, lines: linesOf(problem).length }).toEqual({ exitCode: 2, out: '', lines: 1 });
    expect(keys.keys).toEqual([]);
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
