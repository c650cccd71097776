import { PoliciesInForce } from '../../src/application/refund/policies-in-force';
import { PolicyVersions } from '../../src/application/refund/policy-versions';
import { QuoteRefund } from '../../src/application/refund/quote-refund';
import { err, ok } from '../../src/domain/shared/result';
import { REFUND_ID, RefundFakes, refundHere } from '../http/support/refund-fakes';
import { cashdesk } from './command-line';
import { refundProviders } from './refund-providers';

let fakes: RefundFakes;
beforeEach(() => {
  fakes = new RefundFakes();
});

const others = [QuoteRefund, PolicyVersions, PoliciesInForce].map((provide) => ({ provide, useValue: {} }));
const run = (line: string) => cashdesk(['refunds', ...line.split(' ')], [...refundProviders(fakes), ...others]);

describe('refunds list and show', () => {
  it('list what is asked for, page by page', async () => {
    const { exitCode, out } = await run('list --status requested --payment pay_1 --attention --limit 5');
    expect(exitCode).toBe(0);
    expect(fakes.queries.asked).toEqual([
      { filter: { status: 'requested', paymentId: 'pay_1', attention: true }, limit: 5, cursor: null },
    ]);
    expect(out).toMatch(/^ID +STATUS +AMOUNT/);
    expect(out).toContain('There are more: add --cursor more');
    expect(JSON.parse((await run('list --json')).out)).toMatchObject({ data: [{ id: REFUND_ID }], nextCursor: 'more' });
  });

  it('show one with its rule, its note and its history', async () => {
    const { out } = await run(`show ${REFUND_ID}`);
    expect(out).toMatch(/^Status +succeeded$/m);
    expect(out).toMatch(/^Note +Ada is ill$/m);
    expect(out).toMatch(/^Rule +everything of everything, version built-in-1$/m);
    expect(out).toContain('refund.requested');
    expect((await run('show ref_9')).exitCode).toBe(3);
  });
});

describe('refunds request', () => {
  it('asks as an admin, under a key of its own, and says what came of it', async () => {
    const { exitCode, out } = await run('request pay_1 --amount 1000 --reason duplicate --note twice');
    expect([exitCode, out]).toEqual([0, expect.stringContaining(`${REFUND_ID} is succeeded: 10.00 GBP of pay_`)]);
    const asked = { paymentId: 'pay_1', amount: 1_000, reason: 'duplicate', note: 'twice', role: 'admin' };
    expect(fakes.request.commands).toMatchObject([asked]);
    expect(fakes.request.commands[0]?.by).toMatch(/^cli:/);
  });

  it('says until when somebody has to approve it, or that it is under way', async () => {
    fakes.request.result = ok(refundHere({ status: 'requested', stripeRefund: null }));
    expect((await run('request pay_1')).out).toContain('Somebody else has to approve it by 2026-11-21');
    fakes.request.result = ok(refundHere({ status: 'unknown', stripeRefund: null }));
    expect((await run('request pay_1')).out).toContain('The service sees it through');
  });

  it('fails with what Stripe said, with what is left, and with wrong amounts', async () => {
    const failure = { code: 'charge_disputed', message: 'It was charged back.' };
    fakes.request.result = ok(refundHere({ status: 'failed', stripeRefund: null, failure }));
    expect(await run('request pay_1')).toMatchObject({ exitCode: 1, err: expect.stringContaining('charge_disputed') });
    fakes.request.result = err({ kind: 'refund_exceeds_rest', left: 300, currency: 'gbp' });
    expect(await run('request pay_1')).toMatchObject({ exitCode: 1, err: expect.stringContaining('3.00 GBP') });
    expect((await run('request pay_1 --amount 1.5')).exitCode).toBe(2);
  });
});

describe.each(['approve', 'reject', 'withdraw'] as const)('refunds %s', (what) => {
  it('decides as an admin, with a note', async () => {
    expect((await run(`${what} ${REFUND_ID} --note seen --idempotency-key k1`)).exitCode).toBe(0);
    expect(fakes[what].commands).toMatchObject([
      { refundId: REFUND_ID, note: 'seen', role: 'admin', idempotency: { key: 'k1', route: `cli refunds ${what}` } },
    ]);
  });

  it('says why not', async () => {
    fakes[what].result = err({ kind: 'refund_state_forbids', refundId: REFUND_ID, status: 'rejected' });
    expect(await run(`${what} ${REFUND_ID}`)).toMatchObject({ exitCode: 1, err: expect.stringContaining('rejected') });
    fakes[what].result = err({ kind: 'second_person_needed' });
    expect((await run(`${what} ${REFUND_ID}`)).err).toContain('somebody else');
    fakes[what].result = err({ kind: 'refund_not_found' });
    expect((await run(`${what} ref_9`)).exitCode).toBe(3);
  });
});
