import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { JoseTokenService } from '../../src/infrastructure/crypto/jose-token-service';
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
