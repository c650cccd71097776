import { failureText } from '../../src/application/shared/failure-text';

describe('Why a piece of work failed', () => {
  it.each([
    ['an address', 'cannot write to ada.lovelace@shop.example now', 'cannot write to [e-mail] now'],
    ['a client secret', 'pi_1_secret_abc was refused', '[secret] was refused'],
    ['a key of Stripe', 'Invalid API Key provided: sk_test_51Habc', 'Invalid API Key provided: [secret]'],
    ['a secret of the receiver', 'whsec_abcdefgh does not fit', '[secret] does not fit'],
    ['a token', 'Bearer abc.def says no', '[secret] says no'],
    ['a card number', 'card 4242 4242 4242 4242 declined', 'card [number] declined'],
    ['a telephone number', 'call +44 20 7946 0958', 'call [number]'],
    ['a password in an address', 'postgres://cash:desk@db/cash is away', '[address] is away'],
    [
      'a value that a column does not take',
      'invalid input syntax for type json: "Ada L"',
      'invalid input syntax for type json: "[value]"',
    ],
  ])('is kept without %s', (_what, message, kept) => {
    expect(failureText(new Error(message))).toBe(`Error: ${kept}`);
  });

  it('keeps what it is about', () => {
    const message = 'relation "payments" has no pi_3PabcDEF12345678 of 2026-11-22T02:00:00.000Z, amount 4999, try 14';
    expect(failureText(new TypeError(message))).toBe(`TypeError: ${message}`);
  });

  it('is one line, and short', () => {
    expect(failureText(new Error('a\nb'))).toBe('Error: a b');
    expect(failureText(new Error('x'.repeat(5_000)))).toHaveLength(500);
    expect(failureText('a text with a name in it')).toBe('Error: unknown error');
  });
});
