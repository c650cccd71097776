import { PoliciesInForce } from '../../src/application/refund/policies-in-force';
import { PolicyVersions } from '../../src/application/refund/policy-versions';
import { QuoteRefund } from '../../src/application/refund/quote-refund';
import { disputed, disputeOf } from '../support/dispute-samples';
import { QuoteDesk } from '../support/fakes/quote-desk';
import { trainingPolicies } from '../support/policy-samples';
import { DAY, NOON } from '../support/samples';
import { RefundFakes } from '../http/support/refund-fakes';
import { cashdesk, linesOf } from './command-line';
import { refundProviders } from './refund-providers';

const CONTENT = { version: 'training-0', policies: [] };
const versions = {
  list: async () => ['training-1', 'training-0'].map((version) => ({ version, firstUsedAt: NOON })),
  contentOf: async (version: string) => (version === 'training-0' ? CONTENT : null),
};
const providers = (quote: unknown = {}) => [
  ...refundProviders(new RefundFakes()),
  { provide: QuoteRefund, useValue: quote },
  { provide: PolicyVersions, useValue: versions },
  { provide: PoliciesInForce, useValue: new PoliciesInForce(trainingPolicies()) },
];

let desk: QuoteDesk;
beforeEach(() => {
  desk = new QuoteDesk();
  desk.has();
});
const run = (line: string) => cashdesk(['refunds', 'quote', ...line.split(' ')], providers(desk.quote));

describe('refunds quote', () => {
  it('shows what would come back, and why', async () => {
    desk.clock.move(20 * DAY);
    const { exitCode, out } = await run('pay_1');
    expect(exitCode).toBe(0);
    const lines = linesOf(out);
    expect(lines).toEqual([
      expect.stringMatching(/^Payment +pay_1$/),
      expect.stringMatching(/^Comes back +50\.00 GBP$/),
      expect.stringMatching(/^At most +50\.00 GBP$/),
      expect.stringMatching(/^Paid +100\.00 GBP$/),
      expect.stringMatching(/^Refunded or reserved +0\.00 GBP$/),
      expect.stringMatching(/^Left +100\.00 GBP$/),
      expect.stringMatching(/^Reason +requested_by_customer$/),
      expect.stringMatching(/^Rule +half_until_7_days_before$/),
      expect.stringMatching(/^Holds until +2026-12-13 \(Europe\/Madrid\)$/),
      expect.stringMatching(/^Policy +training, version training-1$/),
      expect.stringMatching(/^Approval +not needed$/),
      '',
      '50.00 GBP of 100.00 GBP comes back: 50 % until 13 December 2026 (Europe/Madrid), 7 days before the service.',
    ]);
  });

  it('of an amount and a reason, for the limits of a role', async () => {
    const { out } = await run('pay_1 --amount 2500 --currency GBP --reason illness --role customer');
    expect(out).toMatch(/^Comes back +25\.00 GBP$/m);
    expect(out).toMatch(/^Approval +needed: for more than 0\.00 GBP$/m);
  });

  it('prints one document for programs', async () => {
    const { out } = await run('pay_1 --json');
    expect(JSON.parse(out)).toMatchObject({
      paymentId: 'pay_1',
      decision: { amount: 10_000 },
      passage: { kind: 'at_once' },
    });
  });

  it.each<[string, string, number, RegExp]>([
    ['of no payment', 'pay_2', 3, /^No payment has this id/],
    ['of more than is left', 'pay_1 --amount 10001', 1, /^More than is left to refund of pay_1: 100\.00 GBP\.$/m],
    ['in another currency', 'pay_1 --currency eur', 2, /^--currency must be gbp/],
    ['for an unknown reason', 'pay_1 --reason weather', 2, /^--reason must be one of requested_by_customer, /],
    [
      "for a reason of others'",
      'pay_1 --reason cancelled_by_us --role customer',
      1,
      /is for support, finance, admin to give/,
    ],
    ['of nothing', 'pay_1 --amount 0', 2, /^--amount must be a whole number of minor units from 1/],
    ['of pounds', 'pay_1 --amount 25.00', 2, /^--amount must be a whole number of minor units from 1/],
    ['for nobody', 'pay_1 --role boss', 2, /--role/],
  ])('%s says what is wrong', async (_what, line, code, says) => {
    const { exitCode, out, err } = await run(line);
    expect([exitCode, out]).toEqual([code, '']);
    expect(err).toMatch(says);
  });

  it('names the rule that forbids it', async () => {
    desk.clock.move(29 * DAY);
    const { exitCode, err } = await run('pay_1 --amount 1');
    expect(exitCode).toBe(1);
    expect(err).toMatch(/which is nothing: .* \(nothing_after of training, version training-1\)$/m);
  });

  it('says above which limit it is', async () => {
    desk.has({ captured: 600_000 });
    const { exitCode, err } = await run('pay_1 --amount 500001 --role support');
    expect([exitCode, err]).toEqual([1, 'Above the limit of the role: 5000.00 GBP.\n']);
  });

  it('names the dispute, or the status, of a payment that cannot be refunded', async () => {
    await desk.disputes.add(disputeOf(disputed()));
    expect((await run('pay_1')).err).toMatch(/^pay_1 is disputed \(du_1\)/);
    desk.has({ status: 'canceled', captured: 0 });
    expect((await run('pay_1')).err).toMatch(/^pay_1 is canceled, so there is nothing to refund/);
  });
});

describe('refunds policies', () => {
  const show = (...args: string[]) => cashdesk(['refunds', 'policies', ...args], providers());

  it('lists every version that was in force, and says which one is', async () => {
    expect(linesOf((await show()).out)).toEqual([
      expect.stringMatching(/^VERSION +FIRST USED +IN FORCE$/),
      expect.stringMatching(/^training-1 +2026-11-20T12:00:00\.000Z +yes$/),
      expect.stringMatching(/^training-0 +2026-11-20T12:00:00\.000Z +no$/),
    ]);
    const data = [
      { version: 'training-1', firstUsedAt: NOON.toISOString(), inForce: true },
      { version: 'training-0', firstUsedAt: NOON.toISOString(), inForce: false },
    ];
    expect(JSON.parse((await show('--json')).out)).toEqual({ data });
  });

  it('shows one as its file had it, for a decision that names it', async () => {
    expect(JSON.parse((await show('training-0')).out)).toEqual(CONTENT);
    expect(await show('training-7')).toMatchObject({
      exitCode: 3,
      err: expect.stringMatching(/^No policies of version training-7/),
    });
  });
});
