import { HmacBlindIndex } from '../../src/infrastructure/crypto/hmac-blind-index';

const KEY = Buffer.alloc(32, 7);
const index = new HmacBlindIndex(KEY);

describe('A blind index', () => {
  it('is the same for the same text under the same key, in every process', () => {
    expect(index.of('ada@example.com', 'customers.email')).toBe('uEg7WxCBv-mLl7E2qO8cE0LM2B7kBI-Er8vJCVtPC8M');
  });

  it('does not show the text, nor its length', () => {
    const [short, long] = ['a', 'a'.repeat(5_000)].map((text) => index.of(text, 'customers.email'));
    expect(short).toMatch(/^[\w-]{43}$/);
    expect(long).toMatch(/^[\w-]{43}$/);
  });

  it('is another one for another subject, another text and another key', () => {
    const other = new HmacBlindIndex(Buffer.alloc(32, 8));
    const all = [
      index.of('ada', 'customers.email'),
      index.of('ada', 'customers.subject'),
      index.of('Ada', 'customers.email'),
      index.of('', 'customers.email'),
      other.of('ada', 'customers.email'),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it.each([0, 16, 31, 33])('is not made with a key of %i bytes', (bytes) => {
    expect(() => new HmacBlindIndex(Buffer.alloc(bytes))).toThrow(RangeError);
  });
});
