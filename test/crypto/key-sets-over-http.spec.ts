import { generateKeyPairSync } from 'node:crypto';
import { HttpPublishedKeys } from '../../src/infrastructure/crypto/http-published-keys';
import { publishing, signingKey, startKeySetServer, type Handler, type KeySetServer } from '../support/key-set-server';

const [RSA, EC, ED] = [signingKey('rsa'), signingKey('ec', 'ES256'), signingKey('ed', 'EdDSA')];
const jwkOf = (pair: { publicKey: { export(options: { format: 'jwk' }): object } }) =>
  pair.publicKey.export({ format: 'jwk' });

let server: KeySetServer;
beforeAll(async () => {
  server = await startKeySetServer(publishing());
});
afterAll(() => server.stop());

function fetched(answer: Handler, timeLimit = 2_000) {
  server.answer = answer;
  return new HttpPublishedKeys(server.url, timeLimit).fetch();
}

describe('a key set', () => {
  it('is not fetched from where it is redirected to', async () => {
    const elsewhere = await startKeySetServer(publishing(RSA.jwk));
    try {
      for (const status of [301, 302, 303, 307, 308]) {
        const redirect: Handler = (_request, response) => response.writeHead(status, { location: elsewhere.url }).end();
        await expect(fetched(redirect)).rejects.toThrow(`it answered ${String(status)}`);
      }
      expect(elsewhere.asked()).toBe(0);
    } finally {
      await elsewhere.stop();
    }
  });

  it.each<[string, Handler, string]>([
    ['that is endless', (_request, response) => void endless(response), 'longer than 65536 bytes'],
    ['that never comes', () => undefined, 'did not answer within 200 ms'],
    ['that comes by drops', (_request, response) => void dripping(response), 'did not answer within 200 ms'],
    ['that is cut off', (_request, response) => response.write('{"keys":', () => response.destroy()), ''],
    ['that is an error', (_request, response) => response.writeHead(500).end('{"keys":[]}'), 'it answered 500'],
    ['that is empty', (_request, response) => response.end(), 'no key set'],
    ['that is a page', (_request, response) => response.end('<html>'), 'no key set'],
    ['that is a list', (_request, response) => response.end('[]'), 'no key set'],
    ['whose keys are no list', (_request, response) => response.end('{"keys":{}}'), 'no key set'],
    ['of too many keys', publishing(...Array.from({ length: 101 }, () => ({}))), 'more than 100 keys'],
  ])('%s is not taken', async (_what, handler, message) => {
    await expect(fetched(handler, 200)).rejects.toThrow(message);
  });

  it('of nobody is not taken', async () => {
    const gone = await startKeySetServer(publishing());
    await gone.stop();
    await expect(new HttpPublishedKeys(gone.url).fetch()).rejects.toThrow('cannot be reached (ECONNREFUSED)');
  });

  it('gives the keys of the three algorithms, each for its own', async () => {
    const keys = await fetched(publishing(RSA.jwk, EC.jwk, ED.jwk));
    expect(keys.map(({ id, algorithm, key }) => [id, algorithm, key.type])).toEqual([
      ['rsa', 'RS256', 'public'],
      ['ec', 'ES256', 'public'],
      ['ed', 'EdDSA', 'public'],
    ]);
  });

  it.each<[string, unknown]>([
    ['a secret key', { kty: 'oct', k: 'c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0', kid: 'a', alg: 'HS256' }],
    ['a private key', { ...RSA.privateKey.export({ format: 'jwk' }), kid: 'a' }],
    ['a key for encryption', { ...RSA.jwk, use: 'enc' }],
    ['a key that signs only', { ...RSA.jwk, key_ops: ['sign'] }],
    ['a key of another algorithm', { ...RSA.jwk, alg: 'RS512' }],
    ['a public key marked HS256', { ...RSA.jwk, alg: 'HS256' }],
    ['a short key', { ...jwkOf(generateKeyPairSync('rsa', { modulusLength: 1_024 })), kid: 'a' }],
    ['a key of another curve', { ...jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-384' })), kid: 'a' }],
    ['a key to agree on keys', { ...jwkOf(generateKeyPairSync('x25519')), kid: 'a' }],
    ['a point that is none', { ...EC.jwk, x: EC.jwk.y }],
    ['a key without kid', { ...RSA.jwk, kid: undefined }],
    ['a kid that is no text', { ...RSA.jwk, kid: 7 }],
    ['a type from the prototype', { ...RSA.jwk, kty: 'constructor' }],
    ['nothing', null],
  ])('leaves out %s, and gives the others', async (_what, jwk) => {
    expect((await fetched(publishing(jwk as object, EC.jwk))).map(({ id }) => id)).toEqual(['ec']);
  });
});

async function endless(response: Parameters<Handler>[1]): Promise<void> {
  while (!response.destroyed) {
    response.write(' '.repeat(16_384));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function dripping(response: Parameters<Handler>[1]): Promise<void> {
  response.write('{"keys":[');
  while (!response.destroyed) {
    response.write(' ');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
