import { SealBroken } from '../../src/application/shared/cipher';
import { AesGcmCipher } from '../../src/infrastructure/crypto/aes-gcm-cipher';

const key = (id: string, byte: number) => ({ id, key: Buffer.alloc(32, byte) });
const CONTEXT = 'payments.client_secret:pay_1';
const cipher = new AesGcmCipher([key('k1', 1)]);

describe('a sealed text', () => {
  it.each(['', 'secret', 'žluťoučký 🐎', 'a'.repeat(10_000)])('opens to what was sealed', (plain) => {
    expect(cipher.open(cipher.seal(plain, CONTEXT), CONTEXT)).toBe(plain);
  });

  it('does not show what it holds, and is another one each time', () => {
    const [one, two] = [cipher.seal('secret', CONTEXT), cipher.seal('secret', CONTEXT)];
    expect(one).toMatch(/^v1\.k1\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/);
    expect(one).not.toContain(Buffer.from('secret').toString('base64url'));
    expect(one).not.toBe(two);
  });

  it('opens nowhere else', () => {
    expect(() => cipher.open(cipher.seal('secret', CONTEXT), 'payments.client_secret:pay_2')).toThrow(SealBroken);
  });

  it('does not open once any of its characters is another', () => {
    const sealed = cipher.seal('secret', CONTEXT);
    for (let at = 0; at < sealed.length; at++) {
      for (const other of ['A', 'B', '.', '']) {
        if (sealed[at] === other) continue;
        const altered = `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`;
        expect(() => cipher.open(altered, CONTEXT)).toThrow(SealBroken);
      }
    }
  });

  it('has one spelling: bits that base64 leaves unused are not free to change', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const parts = cipher.seal('secret', CONTEXT).split('.');
    const tag = parts[3]!;
    const respelt = `${tag.slice(0, -1)}${alphabet.charAt(alphabet.indexOf(tag.slice(-1)) + 1)}`;
    expect(Buffer.from(respelt, 'base64url')).toEqual(Buffer.from(tag, 'base64url'));
    expect(() => cipher.open(parts.with(3, respelt).join('.'), CONTEXT)).toThrow(SealBroken);
  });

  it.each(['', 'plain text', 'v2.k1.a.b.c', 'v1.k1', 'v1.k1....'])('is not %j', (text) => {
    expect(() => cipher.open(text, CONTEXT)).toThrow(SealBroken);
  });

  it('is named by key and context when it does not open, never by its content', () => {
    const sealed = cipher.seal('secret', CONTEXT);
    const other = new AesGcmCipher([key('k2', 2)]);
    expect(() => other.open(sealed, CONTEXT)).toThrow(`cannot open ${CONTEXT} (key k1): the key is not in the ring`);
    const impostor = new AesGcmCipher([key('k1', 2)]);
    const error = captured(() => impostor.open(sealed, CONTEXT));
    expect(error.message).toContain(`${CONTEXT} (key k1)`);
    expect(error.message).not.toContain(sealed.split('.')[4]);
    expect(error.cause).toBeUndefined();
  });
});

describe('a key ring', () => {
  it('seals with its newest key and opens with all', () => {
    const old = cipher.seal('secret', CONTEXT);
    const ring = new AesGcmCipher([key('k2', 2), key('k1', 1)]);
    expect(ring.open(old, CONTEXT)).toBe('secret');
    expect(ring.seal('secret', CONTEXT)).toMatch(/^v1\.k2\./);
  });

  it.each([
    [[], 'empty'],
    [[{ id: 'k1', key: Buffer.alloc(16) }], '32 bytes'],
    [[key('a.b', 1)], 'key id'],
    [[key('k1', 1), key('k1', 2)], 'same id'],
  ])('that cannot work is refused', (keys, reason) => {
    expect(() => new AesGcmCipher(keys)).toThrow(reason);
  });
});

function captured(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
