import { Authenticate } from '../../src/application/access/authenticate';
import { CreateApiKey, type CreateApiKeyCommand } from '../../src/application/access/create-api-key';
import { ListApiKeys } from '../../src/application/access/list-api-keys';
import { RevokeApiKey } from '../../src/application/access/revoke-api-key';
import { RotateApiKey } from '../../src/application/access/rotate-api-key';
import { NodeKeySecrets } from '../../src/infrastructure/crypto/node-key-secrets';
import { TypeidIdentifiers } from '../../src/infrastructure/crypto/typeid-identifiers';
import { FixedClock, MemoryApiKeys, PlainIndex, PlainTokens } from '../http/support/fakes';

const secrets = new NodeKeySecrets();
let keys: MemoryApiKeys;
let create: CreateApiKey;
let authenticate: Authenticate;
beforeEach(() => {
  keys = new MemoryApiKeys();
  create = new CreateApiKey(keys, secrets, new TypeidIdentifiers(), new FixedClock());
  authenticate = new Authenticate(keys, secrets, new PlainTokens(), new PlainIndex());
});

async function made(name = 'backend', more: Partial<CreateApiKeyCommand> = {}) {
  const result = await create.execute({ name, role: 'finance', ...more });
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

it('a key that was made opens the door, with its role', async () => {
  const { key, clearKey } = await made();
  expect(clearKey).toMatch(/^ck_[0-9a-z]{26}_[\w-]{43}$/);
  expect(await authenticate.execute(clearKey)).toEqual({
    ok: true,
    value: { kind: 'api_key', id: `key:${key.id}`, role: 'finance', scopes: null, subject: null },
  });
});

it('its secret is kept nowhere', async () => {
  const { clearKey } = await made();
  const secret = clearKey.slice(-43);
  const [stored] = [...keys.keys.values()];
  expect(Object.values(stored!).map(String).join()).not.toContain(secret);
  expect(stored!.secretHash).toHaveLength(32);
  expect(JSON.stringify(await new ListApiKeys(keys).execute())).not.toMatch(/hash|secret/i);
});

it('no key opens the door with a secret that is not its own', async () => {
  const [one, two] = [await made(), await made()];
  const mixed = `${one.clearKey.slice(0, 30)}${two.clearKey.slice(30)}`;
  for (const wrong of [mixed, `${one.clearKey} `, `${one.clearKey}A`, one.clearKey.slice(0, -1), 'ck_', 'ck__']) {
    expect(await authenticate.execute(wrong)).toEqual({ ok: false, error: 'invalid' });
  }
});

it('a revoked key opens nothing, and stays on the list', async () => {
  const { key, clearKey } = await made();
  const revoke = new RevokeApiKey(keys, new FixedClock());
  expect([await revoke.execute(key.id), await revoke.execute(key.id)]).toEqual(['revoked', 'already_revoked']);
  expect(await revoke.execute('key_none')).toBe('key_not_found');
  expect((await authenticate.execute(clearKey)).ok).toBe(false);
  expect((await new ListApiKeys(keys).execute())[0]?.revokedAt).not.toBeNull();
});

it.each(['', '   ', 'a'.repeat(101), 'line\nbreak'])('a key is not made under the name %j', async (name) => {
  expect((await create.execute({ name, role: 'admin' })).ok).toBe(false);
});

describe('a rotated key', () => {
  const HOUR = 3_600_000;
  const rotate = (id: string, overlap: number) => new RotateApiKey(keys, secrets).execute({ id, overlap });

  it('opens the door with both secrets while they overlap, as the same caller', async () => {
    const { key, clearKey } = await made();
    const rotated = await rotate(key.id, HOUR);
    if (!rotated.ok) throw new Error(rotated.error);
    expect(rotated.value.clearKey).not.toBe(clearKey);
    const who = await Promise.all([clearKey, rotated.value.clearKey].map((each) => authenticate.execute(each)));
    expect(who[0]).toMatchObject({ ok: true, value: { id: `key:${key.id}` } });
    expect(who[1]).toEqual(who[0]);
  });

  it('without an overlap opens it with the new one only', async () => {
    const { key, clearKey } = await made();
    const rotated = await rotate(key.id, 0);
    expect((await authenticate.execute(clearKey)).ok).toBe(false);
    expect(rotated.ok && (await authenticate.execute(rotated.value.clearKey)).ok).toBe(true);
  });

  it('rotated again has two secrets, not three', async () => {
    const { key, clearKey } = await made();
    await rotate(key.id, HOUR);
    await rotate(key.id, HOUR);
    expect((await authenticate.execute(clearKey)).ok).toBe(false);
  });

  it('is ended whole by its revocation, and is not rotated back to life', async () => {
    const { key, clearKey } = await made();
    const rotated = await rotate(key.id, HOUR);
    await new RevokeApiKey(keys, new FixedClock()).execute(key.id);
    for (const each of [clearKey, rotated.ok ? rotated.value.clearKey : '']) {
      expect((await authenticate.execute(each)).ok).toBe(false);
    }
    expect(await rotate(key.id, HOUR)).toEqual({ ok: false, error: 'key_revoked' });
    expect(await rotate('key_none', HOUR)).toEqual({ ok: false, error: 'key_not_found' });
  });
});

it('an expired key says so to who has its secret, and to nobody else', async () => {
  const { key, clearKey } = await made('short', { lifetime: -1 });
  expect(await authenticate.execute(clearKey)).toEqual({ ok: false, error: 'expired' });
  const wrong = `${clearKey.slice(0, 30)}${(await made()).clearKey.slice(30)}`;
  expect(await authenticate.execute(wrong)).toEqual({ ok: false, error: 'invalid' });
  expect(await new RotateApiKey(keys, secrets).execute({ id: key.id, overlap: 1 })).toEqual({
    ok: false,
    error: 'key_expired',
  });
});

it('a key that was narrowed carries its scopes, and its use is noted only when it opened the door', async () => {
  const { key, clearKey } = await made('till', { scopes: ['payments:read'] });
  expect(await authenticate.execute(clearKey)).toMatchObject({ value: { scopes: ['payments:read'] } });
  await authenticate.execute(`${clearKey.slice(0, -2)}AA`);
  expect(keys.used).toEqual([key.id]);
});
