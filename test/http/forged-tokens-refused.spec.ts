import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { JoseTokenService } from '../../src/infrastructure/crypto/jose-token-service';
import { PublishedKeys, type PublishedKey } from '../../src/application/access/published-keys';
import { KnownKeys } from '../../src/infrastructure/crypto/known-keys';
import { signed, signingKey, type SigningKey } from '../support/key-set-server';
import { FixedClock, NOW } from './support/fakes';
import { HttpFixture } from './support/http-app';

const SECRET = Buffer.from('a secret of tests that is long enough');
const now = Math.floor(NOW.getTime() / 1_000);
const CLAIMS = { iss: 'cashdesk', aud: 'cashdesk-api', role: 'admin', sub: 'ada', iat: now, exp: now + 600 };
const HEADER = { alg: 'HS256', typ: 'JWT' };

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const withHmac = (input: string, hash = 'sha256', key: Buffer | string = SECRET) =>
  `${input}.${createHmac(hash, key).update(input).digest('base64url')}`;
const token = (claims: object = CLAIMS, header: object = HEADER) => withHmac(`${part(header)}.${part(claims)}`);
const but = (change: object) => token({ ...CLAIMS, ...change });

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const pem = publicKey.export({ type: 'spki', format: 'pem' });
const rs256 = () => {
  const input = `${part({ ...HEADER, alg: 'RS256' })}.${part(CLAIMS)}`;
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
};
const tampered = () => {
  const [header, , signature] = token().split('.');
  return [header, part({ ...CLAIMS, sub: 'eve' }), signature].join('.');
};

const FORGED: [string, string][] = [
  ['alg none', `${part({ ...HEADER, alg: 'none' })}.${part(CLAIMS)}.`],
  ['alg None with a signature', token(CLAIMS, { ...HEADER, alg: 'None' })],
  ['no alg', token(CLAIMS, { typ: 'JWT' })],
  ['HS512', withHmac(`${part({ ...HEADER, alg: 'HS512' })}.${part(CLAIMS)}`, 'sha512')],
  ['RS256', rs256()],
  ['a public key taken for the secret', withHmac(`${part(HEADER)}.${part(CLAIMS)}`, 'sha256', pem)],
  ['another secret', withHmac(`${part(HEADER)}.${part(CLAIMS)}`, 'sha256', 'another secret, which is long as well')],
  ['changed claims', tampered()],
  ['no signature', `${part(HEADER)}.${part(CLAIMS)}.`],
  ['kid', token(CLAIMS, { ...HEADER, kid: '../../dev/null' })],
  ['jku', token(CLAIMS, { ...HEADER, jku: 'https://evil.example/keys' })],
  ['jwk', token(CLAIMS, { ...HEADER, jwk: { kty: 'oct', k: 'YQ' } })],
  ['x5u', token(CLAIMS, { ...HEADER, x5u: 'https://evil.example/cert' })],
  ['crit', token(CLAIMS, { ...HEADER, crit: ['exp'] })],
  ['another typ', token(CLAIMS, { ...HEADER, typ: 'JWE' })],
  ['no exp', but({ exp: undefined })],
  ['exp as text', but({ exp: '9999999999' })],
  ['not yet valid', but({ nbf: now + 60 })],
  ['another issuer', but({ iss: 'someone' })],
  ['no issuer', but({ iss: undefined })],
  ['another audience', but({ aud: 'someone' })],
  ['no audience', but({ aud: undefined })],
  ['an unknown role', but({ role: 'root' })],
  ['roles in a list', but({ role: ['admin'] })],
  ['no role', but({ role: undefined })],
  ['a customer without sub', but({ role: 'customer', sub: undefined })],
  ['an empty sub', but({ role: 'customer', sub: '' })],
  ['a sub that is no text', but({ sub: { $ne: '' } })],
  ['a sub with NUL', but({ sub: 'a\0b' })],
  ['no JSON', withHmac(`${part(HEADER)}.${Buffer.from('{').toString('base64url')}`)],
  ['nothing', 'a.b.c'],
];

let http: HttpFixture;
beforeAll(async () => {
  const settings = { secret: SECRET, issuer: 'cashdesk', audience: 'cashdesk-api' };
  http = await HttpFixture.start({ tokens: new JoseTokenService(settings, new FixedClock()) });
});
afterAll(() => http.app.close());

const list = (bearer: string) => http.ask({ url: '/api/v1/payments', bearer });

it.each([
  ['as it should be', token()],
  ['without typ', token(CLAIMS, { alg: 'HS256' })],
  ['for several audiences', but({ aud: ['other', 'cashdesk-api'] })],
  ['of staff without sub', but({ sub: undefined })],
  ['expired within the tolerance', but({ exp: now - 3 })],
])('a token %s is taken', async (_what, bearer) => {
  expect((await list(bearer)).status).toBe(200);
});

it.each(FORGED)('a token with %s is refused', async (_trick, bearer) => {
  const { status, json } = await list(bearer);
  expect([status, json.code]).toEqual([401, 'credentials_invalid']);
});

it('an expired token is told from a forged one', async () => {
  const { status, json } = await list(but({ exp: now - 60 }));
  expect([status, json.code]).toEqual([401, 'credentials_expired']);
});

describe('with published keys beside the secret', () => {
  const [RSA, EC, ED, FOREIGN] = [
    signingKey('rsa'),
    signingKey('ec', 'ES256'),
    signingKey('ed', 'EdDSA'),
    signingKey('rsa'),
  ];
  const publicPem = RSA.publicKey.export({ type: 'spki', format: 'pem' });
  const publicDer = RSA.publicKey.export({ type: 'spki', format: 'der' });

  class Published extends PublishedKeys {
    away = false;

    override fetch(): Promise<readonly PublishedKey[]> {
      if (this.away) return Promise.reject(new Error('it cannot be reached'));
      const keys = [RSA, EC, ED].map(({ id, alg, publicKey: key }) => ({ id, algorithm: alg, key }));
      return Promise.resolve(keys);
    }
  }

  const settings = { secret: SECRET, issuer: 'cashdesk', audience: 'cashdesk-api' };
  const started = (source: Published, secret: Buffer | null = SECRET) => {
    const known = new KnownKeys(source, new FixedClock(), () => undefined);
    return HttpFixture.start({ tokens: new JoseTokenService({ ...settings, secret }, new FixedClock(), known) });
  };
  let both: HttpFixture;
  beforeAll(async () => {
    both = await started(new Published());
  });
  afterAll(() => both.app.close());
  const ask = (bearer: string, on = both) => on.ask({ url: '/api/v1/payments', bearer });
  const under = (key: SigningKey, header: object = {}) => signed(key, CLAIMS, header);
  const claiming = (change: object) => signed(RSA, { ...CLAIMS, ...change });
  const hmac = (header: object, key: Buffer | string, hash = 'sha256') =>
    withHmac(`${part(header)}.${part(CLAIMS)}`, hash, key);
  const signedAs = (alg: string, digest: string) => {
    const input = `${part({ alg, kid: 'rsa' })}.${part(CLAIMS)}`;
    return `${input}.${sign(digest, Buffer.from(input), RSA.privateKey).toString('base64url')}`;
  };

  it.each<[string, () => Promise<string> | string]>([
    ['HS256 and a public key for the secret', () => hmac({ alg: 'HS256', typ: 'JWT' }, publicPem)],
    ['HS256, the kid of a public key and that key', () => hmac({ alg: 'HS256', kid: 'rsa' }, publicPem)],
    ['HS256 and the bytes of a public key', () => hmac({ alg: 'HS256' }, publicDer)],
    ['HS256, a kid, and even the secret', () => hmac({ alg: 'HS256', kid: 'rsa' }, SECRET)],
    ['RS256 and the HMAC of the secret', () => hmac({ alg: 'RS256', kid: 'rsa' }, SECRET)],
    ['none', () => `${part({ alg: 'none', kid: 'rsa' })}.${part(CLAIMS)}.`],
    ['RS512', () => signedAs('RS512', 'sha512')],
    ['RS384', () => signedAs('RS384', 'sha384')],
    ['PS256', () => signedAs('PS256', 'sha256')],
    ['another key under a known kid', () => under(FOREIGN)],
    ['the kid of a key of another algorithm', () => under(EC, { kid: 'rsa' })],
    ['an unknown kid', () => under(RSA, { kid: 'other' })],
    ['no kid', () => under(RSA, { kid: undefined })],
    ['an empty kid', () => under(RSA, { kid: '' })],
    ['a kid that is a path', () => under(RSA, { kid: '../../dev/null' })],
    ['a kid that is a query', () => under(RSA, { kid: "' UNION SELECT 'key" })],
    ['a kid from the prototype', () => under(RSA, { kid: '__proto__' })],
    ['a kid that is a list', () => under(RSA, { kid: ['rsa'] })],
    ['a long kid', () => under(RSA, { kid: 'r'.repeat(256) })],
    ['jku', () => under(RSA, { jku: 'https://evil.example/keys' })],
    ['jwk', () => under(FOREIGN, { jwk: FOREIGN.jwk })],
    ['x5u', () => under(RSA, { x5u: 'https://evil.example/cert' })],
    ['x5c', () => under(RSA, { x5c: ['AA=='] })],
    ['another typ', () => under(RSA, { typ: 'logout+jwt' })],
    ['a typ that is no text', () => under(RSA, { typ: 7 })],
    ['no signature', async () => (await under(RSA)).replace(/[^.]+$/, '')],
    ['nbf to come', () => claiming({ nbf: now + 60 })],
    ['no exp', () => claiming({ exp: undefined })],
    ['another issuer', () => claiming({ iss: 'someone' })],
    ['another audience', () => claiming({ aud: 'someone' })],
    ['no role', () => claiming({ role: undefined })],
  ])('a token with %s is refused', async (_trick, make) => {
    const { status, json } = await ask(await make());
    expect([status, json.code]).toEqual([401, 'credentials_invalid']);
  });

  it('an expired one says so', async () => {
    const { status, json } = await ask(await claiming({ exp: now - 60 }));
    expect([status, json.code]).toEqual([401, 'credentials_expired']);
  });

  it.each<[string, () => Promise<string> | string]>([
    ['RS256', () => under(RSA)],
    ['ES256', () => under(EC)],
    ['EdDSA', () => under(ED)],
    ['RS256, without typ', () => under(RSA, { typ: undefined })],
    ['RS256, as an access token of RFC 9068', () => under(RSA, { typ: 'at+jwt' })],
    ['RS256, with a thumbprint', () => under(RSA, { x5t: 'AAAA' })],
    ['HS256 and the secret', () => token()],
  ])('a token of %s is taken', async (_what, make) => {
    expect((await ask(await make())).status).toBe(200);
  });

  it('without a secret no token of HS256 is taken', async () => {
    const http = await started(new Published(), null);
    for (const key of [SECRET, '', publicPem]) expect((await ask(hmac(HEADER, key), http)).status).toBe(401);
    expect((await ask(await under(RSA), http)).status).toBe(200);
    await http.app.close();
  });

  it('while they cannot be fetched, a token of one may be good, and a forged header stays forged', async () => {
    const source = new Published();
    source.away = true;
    const http = await started(source);
    const { status, json, headers } = await ask(await under(RSA), http);
    expect([status, json.code, headers['retry-after']]).toEqual([503, 'token_keys_unavailable', '10']);
    expect((await ask(await under(RSA, { jku: 'https://evil.example' }), http)).status).toBe(401);
    expect((await ask(token(), http)).status).toBe(200);
    await http.app.close();
  });
});
