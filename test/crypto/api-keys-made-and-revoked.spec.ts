import { Authenticate } from '../../src/application/access/authenticate';
import { CreateApiKey } from '../../src/application/access/create-api-key';
import { ListApiKeys } from '../../src/application/access/list-api-keys';
import { RevokeApiKey } from '../../src/application/access/revoke-api-key';
import { NodeKeySecrets } from '../../src/infrastructure/crypto/node-key-secrets';
import { TypeidIdentifiers } from '../../src/infrastructure/crypto/typeid-identifiers';
import { FixedClock, MemoryApiKeys, PlainTokens } from '../http/support/fakes';

const secrets = new NodeKeySecrets();
let keys: MemoryApiKeys;
let create: CreateApiKey;
let authenticate: Authenticate;
beforeEach(() => {
  keys = new MemoryApiKeys();
  create = new CreateApiKey(keys, secrets, new TypeidIdentifiers(), new FixedClock());
  authenticate = new Authenticate(keys, secrets, new PlainTokens());
});

async function made(name = 'backend') {
  const result = await create.execute({ name, role: 'finance' });
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

it('a key that was made opens the door, with its role', async () => {
  const { key, clearKey } = await made();
  expect(clearKey).toMatch(/^ck_[0-9a-z]{26}_[\w-]{43}$/);
  expect(await authenticate.execute(clearKey)).toEqual({
    ok: true,
    value: { kind: 'api_key', id: `key:${key.id}`, role: 'finance', subject: null },
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
