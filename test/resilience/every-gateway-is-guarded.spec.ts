import { Attempt } from '../../src/domain/payment/attempt';
import type { Submission } from '../../src/domain/dispute/submission';
import { GuardedBalanceGateway } from '../../src/infrastructure/resilience/guarded-balance-gateway';
import { GuardedCustomerGateway } from '../../src/infrastructure/resilience/guarded-customer-gateway';
import { GuardedDisputeGateway } from '../../src/infrastructure/resilience/guarded-dispute-gateway';
import { GuardedPaymentGateway } from '../../src/infrastructure/resilience/guarded-payment-gateway';
import { GuardedPaymentMethodGateway } from '../../src/infrastructure/resilience/guarded-payment-method-gateway';
import { GuardedRefundGateway } from '../../src/infrastructure/resilience/guarded-refund-gateway';
import { GuardedSetupGateway } from '../../src/infrastructure/resilience/guarded-setup-gateway';
import type { Guard } from '../../src/infrastructure/resilience/guard';
import { begunSetup } from '../support/card-samples';
import { linkedCustomer } from '../support/customer-samples';
import { watchedGuard, type Watch } from '../support/fakes/watched-guard';
import { refundIn } from '../support/refund-samples';
import { CHARGE, money, NOON, paymentIn } from '../support/samples';

const CREATION = { revision: 1, details: linkedCustomer().snapshot(), firstSentAt: NOON } as never;
const SUBMISSION = {} as Submission;
const PIECE = {} as never;
const attempt = Attempt.send('att_1', 'pay_1', 'api', CHARGE, NOON);
const payment = paymentIn();

/** Every call of every gateway, over an adapter that counts what reaches it and answers with an outage. */
const CALLS: [string, (adapter: never, guard: Guard) => Promise<unknown>][] = [
  ['payment send', (inner, guard) => new GuardedPaymentGateway(inner, guard).send(payment, attempt)],
  ['payment read', (inner, guard) => new GuardedPaymentGateway(inner, guard).read('pi_1')],
  ['payment charges', (inner, guard) => new GuardedPaymentGateway(inner, guard).charges('pi_1')],
  ['payment listCreated', (inner, guard) => new GuardedPaymentGateway(inner, guard).listCreated(NOON, NOON, null)],
  ['refund send', (inner, guard) => new GuardedRefundGateway(inner, guard).send(payment, refundIn())],
  ['refund list', (inner, guard) => new GuardedRefundGateway(inner, guard).list('pi_1')],
  ['customer create', (inner, guard) => new GuardedCustomerGateway(inner, guard).create('cus_1', CREATION)],
  ['customer findCreated', (inner, guard) => new GuardedCustomerGateway(inner, guard).findCreated('cus_1', CREATION)],
  ['customer update', (inner, guard) => new GuardedCustomerGateway(inner, guard).update('cus_s', linkedCustomer())],
  ['customer read', (inner, guard) => new GuardedCustomerGateway(inner, guard).read('cus_s')],
  ['setup create', (inner, guard) => new GuardedSetupGateway(inner, guard).create(begunSetup())],
  ['setup read', (inner, guard) => new GuardedSetupGateway(inner, guard).read('seti_1')],
  ['setup findCreated', (inner, guard) => new GuardedSetupGateway(inner, guard).findCreated(begunSetup())],
  ['method read', (inner, guard) => new GuardedPaymentMethodGateway(inner, guard).read('pm_1')],
  ['method detach', (inner, guard) => new GuardedPaymentMethodGateway(inner, guard).detach('pm_1')],
  [
    'method liveSubscriptionsOn',
    (inner, guard) => new GuardedPaymentMethodGateway(inner, guard).liveSubscriptionsOn('pm_1', 'cus_s'),
  ],
  ['dispute read', (inner, guard) => new GuardedDisputeGateway(inner, guard).read('dp_1')],
  ['dispute openedSince', (inner, guard) => new GuardedDisputeGateway(inner, guard).openedSince(null).next()],
  ['dispute upload', (inner, guard) => new GuardedDisputeGateway(inner, guard).upload(SUBMISSION, PIECE)],
  ['dispute submit', (inner, guard) => new GuardedDisputeGateway(inner, guard).submit(SUBMISSION, [])],
  ['balance page', (inner, guard) => new GuardedBalanceGateway(inner, guard).page({})],
  ['balance payout', (inner, guard) => new GuardedBalanceGateway(inner, guard).payout('po_1')],
];

/** Answers every call alike, as it is told to. */
class Adapter {
  calls = 0;
  answer: unknown = { kind: 'unknown' };

  as(): never {
    const reply = async () => {
      this.calls += 1;
      return this.answer;
    };
    const handler = {
      get: (_target: object, name: string) => (name === 'openedSince' ? () => this.pages(reply) : reply),
    };
    return new Proxy({}, handler) as never;
  }

  private async *pages(reply: () => Promise<unknown>): AsyncGenerator {
    yield await reply();
  }
}

let guard: Guard;
let watch: Watch;
let adapter: Adapter;
beforeEach(() => {
  ({ guard, watch } = watchedGuard());
  adapter = new Adapter();
});
afterEach(() => guard.close());

async function openBreaker(): Promise<void> {
  const lost = async () => ({ kind: 'unknown' });
  for (let n = 0; n < 5; n++) await guard.answer('any', 'write', lost, ({ message }) => ({ kind: message }));
  expect(guard.state).toBe('open');
}

const THROWS = /charges|refund list|openedSince|balance/;

it.each(CALLS)('%s is counted and passed on', async (_what, call) => {
  adapter.answer = { kind: 'found' };
  await call(adapter.as(), guard);
  expect([adapter.calls, watch.outcomes]).toEqual([1, ['answered']]);
});

it.each(CALLS)('%s is not made while the breaker is open, and says so at once', async (what, call) => {
  await openBreaker();
  const answer = call(adapter.as(), guard);
  if (THROWS.test(what)) await expect(answer).rejects.toMatchObject({ name: 'GatewayUnavailable', retryAfter: 5 });
  else {
    const kind = /send|setup create|submit/.test(what) ? 'never_reached' : 'unavailable';
    expect(await answer).toMatchObject({ kind, because: 'unavailable', retryAfter: 5 });
  }
  expect(adapter.calls).toBe(0);
});

it('no call of a gateway is left out', () => {
  const ports = {
    payment: GuardedPaymentGateway,
    refund: GuardedRefundGateway,
    customer: GuardedCustomerGateway,
    setup: GuardedSetupGateway,
    method: GuardedPaymentMethodGateway,
    dispute: GuardedDisputeGateway,
    balance: GuardedBalanceGateway,
  };
  const asksNobody = new Set(['constructor', 'refusal', 'captureRefusal', 'pause']);
  const all = Object.entries(ports).flatMap(([name, type]) =>
    Object.getOwnPropertyNames(type.prototype)
      .filter((method) => !asksNobody.has(method))
      .map((method) => `${name} ${method}`),
  );
  expect(CALLS.map(([what]) => what).sort()).toEqual(all.sort());
});

it('what asks nobody is answered while the breaker is open', async () => {
  await openBreaker();
  const refusals = { refusal: () => 'not in this currency', captureRefusal: () => null } as never;
  expect(new GuardedPaymentGateway(refusals, guard).refusal(money(1))).toBe('not in this currency');
  expect(new GuardedPaymentGateway(refusals, guard).pause()).toMatchObject({ retryAfter: 5 });
});
