import type { Provider } from '@nestjs/common';
import { CancelPayment, type CancelPaymentCommand } from '../../src/application/payment/cancel-payment';
import type { PaymentResult } from '../../src/application/payment/answer-once';
import type { PaymentOutcome, PaymentProblem } from '../../src/application/payment/payment-outcome';
import { PaymentQueries } from '../../src/application/payment/payment-queries';
import { cashdesk, linesOf } from './command-line';
import { FakePaymentQueries, PAYMENT_ID, paymentView } from './fake-payment-queries';

function over(queries: FakePaymentQueries, result?: PaymentResult) {
  const commands: CancelPaymentCommand[] = [];
  const cancelPayment = {
    execute: async (command: CancelPaymentCommand) => {
      commands.push(command);
      return result;
    },
  };
  const providers: Provider[] = [
    { provide: PaymentQueries, useValue: queries },
    { provide: CancelPayment, useValue: cancelPayment },
  ];
  return { providers, commands };
}

describe('payments list', () => {
  it('shows amounts as people write them and times in UTC', async () => {
    const yen = paymentView({ id: 'pay_2', status: 'authorized', amount: 500, currency: 'jpy', capturedAmount: 0 });
    const { providers } = over(new FakePaymentQueries([paymentView(), yen]));
    const { exitCode, out } = await cashdesk(['payments', 'list'], providers);
    expect(exitCode).toBe(0);
    const [head, first, second] = linesOf(out);
    expect(head).toMatch(/^ID +STATUS +AMOUNT +CAPTURED +REFERENCE +PURPOSE +CUSTOMER +CREATED$/);
    expect(first).toMatch(/ succeeded +49\.99 GBP +49\.99 GBP +booking_1 +full +- +2026-12-01T10:00:00\.000Z$/);
    expect(second).toMatch(/^pay_2 +authorized +500 JPY +0 JPY /);
  });

  it('tells why a person must look at a payment', async () => {
    const { providers } = over(new FakePaymentQueries([paymentView({ attention: 'paid twice' })]));
    expect((await cashdesk(['payments', 'list'], providers)).out).toMatch(/ATTENTION\n.* paid twice\n$/);
  });

  it('asks for what was asked for', async () => {
    const queries = new FakePaymentQueries();
    const line =
      'payments list --status unknown --reference b_1 --customer cus_7 --currency GBP --attention --limit 5 --cursor abc';
    await cashdesk(line.split(' '), over(queries).providers);
    const filter = { status: 'unknown', reference: 'b_1', customer: 'cus_7', currency: 'gbp', attention: true };
    expect(queries.asked).toEqual([{ filter, limit: 5, cursor: 'abc' }]);
  });

  it('asks for twenty of all by default', async () => {
    const queries = new FakePaymentQueries();
    await cashdesk(['payments', 'list'], over(queries).providers);
    expect(queries.asked).toEqual([{ filter: {}, limit: 20, cursor: null }]);
  });

  it('says that there is nothing, and whether that is due to the filter', async () => {
    const { providers } = over(new FakePaymentQueries());
    expect(await cashdesk(['payments', 'list'], providers)).toEqual({
      exitCode: 0,
      out: 'There are no payments yet.\n',
      err: '',
    });
    expect((await cashdesk(['payments', 'list', '--attention'], providers)).out).toBe('No payments match.\n');
  });

  it('says how to go on', async () => {
    const queries = new FakePaymentQueries([paymentView()]);
    queries.nextCursor = 'abc';
    expect((await cashdesk(['payments', 'list'], over(queries).providers)).out).toContain('--cursor abc');
  });

  it('prints one document for programs, an empty one included', async () => {
    const queries = new FakePaymentQueries([paymentView()]);
    const { out } = await cashdesk(['payments', 'list', '--json'], over(queries).providers);
    expect(JSON.parse(out)).toEqual({ data: [paymentView()], nextCursor: null });
    const none = await cashdesk(['payments', 'list', '--json'], over(new FakePaymentQueries()).providers);
    expect(JSON.parse(none.out)).toEqual({ data: [], nextCursor: null });
  });

  it('refuses a cursor that is none', async () => {
    const { providers } = over(new FakePaymentQueries());
    const { exitCode, err } = await cashdesk(['payments', 'list', '--cursor', 'broken'], providers);
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^--cursor /);
  });
});

describe('payments show', () => {
  const entry = {
    at: '2026-12-01T10:00:00.500Z',
    kind: 'attempt_settled',
    what: 'create declined',
    cause: 'attempt:att_1',
    id: 'att_1',
    data: { code: 'card_declined', charge: null, checks: 0 },
  } as const;

  it('shows the payment, then what happened to it', async () => {
    const failure = { code: 'card_declined', declineCode: 'insufficient_funds', message: 'No funds.' };
    const queries = new FakePaymentQueries([paymentView({ failure, metadata: { seat: '12a' } })]);
    queries.entries = [entry];
    const { exitCode, out } = await cashdesk(['payments', 'show', PAYMENT_ID], over(queries).providers);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Payment +pay_01jd8x3v5ze6w9q2r4t7y8u1p0\nStatus +succeeded\n/);
    expect(out).toMatch(/^Failure +insufficient_funds: No funds\.$/m);
    expect(out).toMatch(/^Metadata +seat=12a$/m);
    expect(linesOf(out).at(-1)).toBe(
      '2026-12-01T10:00:00.500Z  create declined  attempt:att_1  att_1  code=card_declined checks=0',
    );
  });

  it('prints one document for programs, without the client secret', async () => {
    const queries = new FakePaymentQueries([paymentView()]);
    queries.entries = [entry];
    const { out } = await cashdesk(['payments', 'show', PAYMENT_ID, '--json'], over(queries).providers);
    expect(JSON.parse(out)).toEqual({ payment: paymentView(), timeline: [entry] });
    expect(out).not.toContain('secret');
  });

  it('does not find what is not there', async () => {
    const { providers } = over(new FakePaymentQueries());
    expect(await cashdesk(['payments', 'show', 'pay_x', '--json'], providers)).toEqual({
      exitCode: 3,
      out: '',
      err: 'No payment has this id (pay_…): see cashdesk payments list.\n',
    });
  });
});

describe('payments cancel', () => {
  const payment = paymentView({ status: 'canceled' });
  const cancel = (...more: string[]) => ['payments', 'cancel', PAYMENT_ID, ...more];
  const ending = (outcome: PaymentOutcome) => over(new FakePaymentQueries(), { ok: true, value: outcome });
  const refusing = (problem: PaymentProblem) => over(new FakePaymentQueries(), { ok: false, error: problem });

  it('says what became of the payment', async () => {
    const { providers, commands } = ending({ kind: 'done', payment });
    expect(await cashdesk(cancel('--reason', 'duplicate', '--idempotency-key', 'k 1'), providers)).toEqual({
      exitCode: 0,
      out: `${PAYMENT_ID} is canceled: 49.99 GBP for booking_1.\n`,
      err: '',
    });
    expect(commands).toHaveLength(1);
    const { paymentId, reason, by, idempotency } = commands[0]!;
    expect({ paymentId, reason, key: idempotency.key }).toEqual({
      paymentId: PAYMENT_ID,
      reason: 'duplicate',
      key: 'k 1',
    });
    expect(idempotency.route).toBe('cli payments cancel');
    expect(idempotency.principal).toMatch(/^cli:./);
    expect(by).toBe(idempotency.principal);
  });

  it('sends each request under a key of its own, unless it is given one', async () => {
    const { providers, commands } = ending({ kind: 'done', payment });
    await cashdesk(cancel(), providers);
    await cashdesk(cancel(), providers);
    const [first, second] = commands.map(({ idempotency }) => idempotency);
    expect(first?.key).not.toBe(second?.key);
    expect(first?.fingerprint).toBe(second?.fingerprint);
  });

  it('takes the same key with another reason for another request', async () => {
    const { providers, commands } = ending({ kind: 'done', payment });
    await cashdesk(cancel('--idempotency-key', 'k'), providers);
    await cashdesk(cancel('--idempotency-key', 'k', '--reason', 'fraudulent'), providers);
    expect(commands[0]?.idempotency.fingerprint).not.toBe(commands[1]?.idempotency.fingerprint);
  });

  const failure = { code: 'card_declined', declineCode: null, message: 'No' };
  it.each<[PaymentOutcome, number, RegExp]>([
    [{ kind: 'declined', failure, payment }, 1, /^Declined \(card_declined\): No\. pay_\w+ is canceled\.$/],
    [
      { kind: 'rejected', code: 'payment_intent_unexpected_state', message: 'Too late.', payment },
      1,
      /^Not canceled \(payment_intent_unexpected_state\): Too late\. pay_\w+ is canceled\.$/,
    ],
    [{ kind: 'in_doubt', payment }, 1, /being found out: .* --idempotency-key k1\.$/],
    [{ kind: 'unreachable', payment }, 4, /nothing happened .* --idempotency-key k1\.$/],
  ])('that ends %j says so', async (outcome, exitCode, message) => {
    const { providers } = ending(outcome);
    const ended = await cashdesk(cancel('--idempotency-key', 'k1'), providers);
    expect({ exitCode: ended.exitCode, out: ended.out }).toEqual({ exitCode, out: '' });
    expect(linesOf(ended.err)).toEqual([expect.stringMatching(message)]);
  });

  it('gives programs the outcome, whatever it is', async () => {
    const { providers } = ending({ kind: 'unreachable', payment });
    const { exitCode, out } = await cashdesk(cancel('--json'), providers);
    expect(exitCode).toBe(4);
    expect(JSON.parse(out)).toEqual({ kind: 'unreachable', payment });
  });

  it('quotes a key for the shell', async () => {
    const { providers } = ending({ kind: 'in_doubt', payment });
    const { err } = await cashdesk(cancel('--idempotency-key', "it's $me"), providers);
    expect(err).toContain(String.raw`--idempotency-key 'it'\''s $me'.`);
  });

  it.each<[PaymentProblem, number, RegExp]>([
    [{ kind: 'payment_not_found' }, 3, /^No payment has this id/],
    [{ kind: 'transition_forbidden', operation: 'cancel', status: 'succeeded' }, 1, /that is succeeded cannot be/],
    [{ kind: 'attempt_in_progress', paymentId: PAYMENT_ID }, 1, /not settled yet/],
    [{ kind: 'idempotency_key_reused' }, 1, /use another key/],
    [{ kind: 'in_progress' }, 1, /still at work/],
    [{ kind: 'not_at_stripe' }, 1, /cannot be canceled \(not_at_stripe\)/],
  ])('that is refused with %j says so', async (problem, exitCode, message) => {
    const { providers } = refusing(problem);
    const ended = await cashdesk(cancel('--json'), providers);
    expect({ exitCode: ended.exitCode, out: ended.out }).toEqual({ exitCode, out: '' });
    expect(linesOf(ended.err)).toEqual([expect.stringMatching(message)]);
  });
});
