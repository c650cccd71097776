import { NO_REAL_KEY } from '../support/stripe-contract';

const key = process.env.STRIPE_CONTRACT_KEY ?? '';

if (key === '') {
  process.stderr.write(`\n!!! ${NO_REAL_KEY}\n\n`);
  it.skip(NO_REAL_KEY, () => undefined);
} else {
  it('holds the contract against Stripe with a test key', () => {
    expect(key).toMatch(/^(sk|rk)_test_/);
  });
}
