import 'reflect-metadata';
import { readSettings } from '../../src/infrastructure/settings/settings';
import { resolveConfig } from '../../src/infrastructure/wiring/resolve-config';

const KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const LIVE = {
  STRIPE_SECRET_KEY: 'sk_live_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  DATABASE_URL: 'postgresql://db/cashdesk',
  ENCRYPTION_KEYS: KEYS,
};
const JWKS_URL = 'https://id.example.com/.well-known/jwks.json';
const SECRETS = {
  jwtSecret: 'a secret that the sandbox made up for itself',
  encryptionKeys: KEYS,
  webhookSecret: 'whsec_sandbox',
  stripeSecretKey: 'sk_test_sandbox',
  apiKey: null,
  simulatorPort: null,
};
const secretWith = (env: NodeJS.ProcessEnv, secrets: typeof SECRETS | null) =>
  resolveConfig(readSettings(env), { databaseUrl: 'postgresql://db/sandbox', stripeApiUrl: null, secrets }).jwtSecret;

it.each([
  'http://id.example.com/keys',
  'http://127.0.0.1.evil.example/keys',
  'http://localhost.evil.example/keys',
  'http://localhost@evil.example/keys',
  'http://127.1/keys',
  'http://[::2]/keys',
  'https://user:password@id.example.com/keys',
  'https://id.example.com\\@evil.example/keys',
  'https://id.example.com/keys#part',
  'https://',
  'https://[x/keys',
  'https://id.example.com/a b',
  'ftp://id.example.com/keys',
  'file:///etc/keys.json',
  'id.example.com/keys',
])('the keys of tokens are not fetched from %s', (url) => {
  expect(() => readSettings({ JWKS_URL: url })).toThrow('JWKS_URL');
});

it.each([
  JWKS_URL,
  'https://id.example.com',
  'https://id.example.com:8443/keys?tenant=1',
  'http://localhost:8080/keys',
  'http://127.0.0.1:8080/keys',
  'http://[::1]:8080/keys',
])('they may be fetched from %s', (url) => {
  expect(readSettings({ JWKS_URL: url }).JWKS_URL).toBe(url);
});

it("with keys of one's own signer, the secret that the sandbox made up signs nothing for Stripe itself", () => {
  const test = { ...LIVE, STRIPE_SECRET_KEY: 'sk_test_1', JWKS_URL };
  expect(secretWith({ ...LIVE, JWKS_URL }, null)).toBeNull();
  expect(secretWith(test, SECRETS)).toBeNull();
  expect(secretWith({ ...test, JWT_SECRET: 'x'.repeat(32) }, SECRETS)).toBe('x'.repeat(32));
  expect(secretWith({ JWKS_URL }, SECRETS)).toBe(SECRETS.jwtSecret);
});

it('a live key needs the one or the other', () => {
  expect(() => readSettings(LIVE)).toThrow('JWT_SECRET is missing');
  expect(() => readSettings({ ...LIVE, JWKS_URL })).not.toThrow();
});
