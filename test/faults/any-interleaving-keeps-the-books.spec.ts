import fc from 'fast-check';
import Stripe from 'stripe';
import { IS_LONG, report, SEED } from '../support/fault-suite';
import { House } from '../support/house';
import { query } from '../support/query';

const OPERATIONS = 200;
const CLIENTS = 8;
/** The last one settles in pounds. */
const CURRENCIES = ['gbp', 'eur', 'usd'] as const;
const CARDS = ['pm_card_visa', 'pm_card_bypassPending', 'pm_card_visa_chargeDeclined'] as const;

type Currency = (typeof CURRENCIES)[number];
/** Of what there is by then, the one at this part of the list. */
type Which = number;

type Operation =
  | { readonly does: 'charge'; readonly currency: Currency; readonly amount: number; readonly card: string }
  | { readonly does: 'refund' | 'refund in the dashboard'; readonly which: Which; readonly share: number }
  | { readonly does: 'let a refund fail'; readonly which: Which }
  | { readonly does: 'dispute'; readonly which: Which; readonly share: number; readonly inquiry: boolean }
  | {
      readonly does: 'decide a dispute';
      readonly which: Which;
      readonly decision: 'lose' | 'win';
      readonly part: boolean;
    }
  | { readonly does: 'pay out'; readonly currency: 'gbp' | 'eur'; readonly amount: number };

/** In thousandths. */
const between = (min: number, max: number) => fc.noBias(fc.integer({ min, max })).map((n) => n / 1_000);
const part = between(0, 999);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant('charge' as const),
      currency: fc.constantFrom(...CURRENCIES),
      amount: fc.noBias(fc.integer({ min: 500, max: 50_000 })),
      card: fc.constantFrom(...CARDS),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constantFrom('refund' as const, 'refund in the dashboard' as const),
      which: part,
      share: between(10, 1_100),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('let a refund fail' as const), which: part }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('dispute' as const),
      which: part,
      share: between(100, 1_000),
      inquiry: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('decide a dispute' as const),
      which: part,
      decision: fc.constantFrom('lose' as const, 'win' as const),
      part: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('pay out' as const),
      currency: fc.constantFrom('gbp' as const, 'eur' as const),
      amount: fc.integer({ min: 100, max: 20_000 }),
    }),
  },
);

interface Charged {
  readonly id: string;
  readonly charge: string;
  readonly amount: number;
}

interface Disputed {
  readonly id: string;
  readonly amount: number;
}

/** Clients of the service, people in Stripe's dashboard and banks, who do what comes next and take a refusal for an answer. */
class Town {
  readonly charged: Charged[] = [];
  readonly refunds: string[] = [];
  readonly disputes: Disputed[] = [];
  readonly did = new Map<string, number>();
  readonly #dashboard: Stripe.Stripe;
  #numbered = 0;

  constructor(
    private readonly house: House,
    private readonly run: string,
  ) {
    const { hostname: host, port } = new URL(house.stripeUrl);
    this.#dashboard = new Stripe('sk_test_dashboard', { host, port, protocol: 'http', maxNetworkRetries: 0 });
  }

  /** By so many at once, each taking the next when it is done. */
  async carryOut(operations: readonly Operation[], clients: number): Promise<void> {
    const next = operations.values();
    const client = async (): Promise<void> => {
      for (const operation of next) {
        const worked = await this.one(operation);
        const what = `${operation.does}${worked ? '' : ', refused'}`;
        this.did.set(what, (this.did.get(what) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  /** @returns whether it was done. */
  private async one(operation: Operation): Promise<boolean> {
    switch (operation.does) {
      case 'charge':
        return this.charge(operation);
      case 'refund': {
        const found = at(this.charged, operation.which);
        return found !== undefined && this.refund(found, share(found.amount, operation.share));
      }
      case 'refund in the dashboard': {
        const found = at(this.charged, operation.which);
        if (found === undefined) return false;
        const amount = share(found.amount, operation.share);
        return this.unlessRefused(async () => {
          this.refunds.push((await this.#dashboard.refunds.create({ charge: found.charge, amount })).id);
        });
      }
      case 'let a refund fail': {
        const found = at(this.refunds, operation.which);
        if (found === undefined) return false;
        return this.unlessRefused(() => this.house.stripe.decideRefund(found, 'fail', 'lost_or_stolen_card'));
      }
      case 'dispute': {
        const found = at(this.charged, operation.which);
        if (found === undefined) return false;
        const amount = share(found.amount, operation.share);
        return this.unlessRefused(async () => {
          const { id } = await this.house.stripe.openDispute(found.charge, { amount, inquiry: operation.inquiry });
          this.disputes.push({ id, amount });
        });
      }
      case 'decide a dispute': {
        const found = at(this.disputes, operation.which);
        if (found === undefined) return false;
        const { decision } = operation;
        const returned = decision === 'lose' && operation.part ? share(found.amount, 0.3) : undefined;
        return this.unlessRefused(() => this.house.stripe.decideDispute(found.id, decision, returned));
      }
      case 'pay out': {
        const { amount, currency } = operation;
        return this.unlessRefused(() => this.#dashboard.payouts.create({ amount, currency }));
      }
    }
  }

  private async charge({ currency, amount, card }: Extract<Operation, { does: 'charge' }>): Promise<boolean> {
    const reference = this.named('order');
    const body = { amount, currency, reference, paymentMethod: card, confirm: true };
    const answer = await this.house.service.post('/api/v1/payments', reference, body);
    if (answer.status === 402) return false;
    expect([answer.status, answer.body.status]).toEqual([201, 'succeeded']);
    const id = String(answer.body.id);
    const found = await query(this.house.database.url, 'SELECT stripe_charge AS charge FROM payments WHERE id = $1', [
      id,
    ]);
    this.charged.push({ id, charge: String(found[0]?.charge), amount });
    return true;
  }

  private async refund({ id: paymentId }: Charged, amount: number): Promise<boolean> {
    const key = this.named('refund');
    const answer = await this.house.service.post('/api/v1/refunds', key, { paymentId, amount, reason: 'duplicate' });
    if (answer.status === 409) return false;
    expect(answer.status).toBe(201);
    if (typeof answer.body.stripeRefund === 'string') this.refunds.push(answer.body.stripeRefund);
    return true;
  }

  private async unlessRefused(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      // Stripe's own refusals, by the SDK or by the simulator's control; anything else is a failure of this spec.
      const refused = error instanceof Stripe.errors.StripeInvalidRequestError || /\b4\d\d\b/.test(String(error));
      if (!refused) throw error;
      return false;
    }
  }

  private named(what: string): string {
    this.#numbered += 1;
    return `${what} ${this.run} ${String(this.#numbered)}`;
  }
}

function at<T>(list: readonly T[], which: Which): T | undefined {
  return list[Math.floor(list.length * which)];
}

function share(amount: number, part: number): number {
  return Math.max(1, Math.round(amount * part));
}

describe('charges, refunds, failures, disputes and payouts in three currencies', () => {
  let house: House;
  let runs = 0;
  const did = new Map<string, number>();
  beforeAll(async () => {
    house = await House.build();
    await house.stripe.settings({ settlementCurrencies: ['gbp', 'eur'] });
    await house.open({ env: { STRIPE_TIMEOUT_MS: '10000' } });
  });
  afterAll(() => house.tearDown());

  it('by eight clients at once, in any order, leave books that add up and agree with Stripe, and no refund too many', async () => {
    await fc.assert(
      fc.asyncProperty(fc.noShrink(fc.nat()), async (seed) => {
        runs += 1;
        const town = new Town(house, String(runs));
        await town.carryOut(fc.sample(operation, { seed, numRuns: OPERATIONS }), CLIENTS);
        await house.assertOracles();
        for (const [what, times] of town.did) did.set(what, (did.get(what) ?? 0) + times);
        expect([...town.did.values()].reduce((sum, count) => sum + count, 0)).toBe(OPERATIONS);
        // It says nothing about what was never done.
        for (const what of ['charge', 'refund', 'refund in the dashboard', 'dispute', 'let a refund fail']) {
          expect([what, town.did.get(what)]).toEqual([what, expect.any(Number)]);
        }
      }),
      { numRuns: IS_LONG ? 8 : 2, seed: SEED },
    );
    report('Any interleaving of operations', [...did]);
  }, 720_000);
});
