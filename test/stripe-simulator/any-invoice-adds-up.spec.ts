import fc from 'fast-check';
import type Stripe from 'stripe';
import { totalsOf, type PricedLine } from '../../src/infrastructure/stripe-simulator/billing/invoice-totals';
import { spread } from '../../src/infrastructure/stripe-simulator/billing/decimals';
import { failure, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

const seed = Number(process.env.SEQUENCE_SEED ?? Date.now() % 1_000_000_000);

function coupon(terms: Partial<Stripe.Coupon>): Stripe.Coupon {
  return {
    id: 'coupon',
    object: 'coupon',
    amount_off: null,
    created: 0,
    currency: null,
    duration: 'forever',
    duration_in_months: null,
    livemode: false,
    max_redemptions: null,
    metadata: {},
    name: null,
    percent_off: null,
    redeem_by: null,
    times_redeemed: 0,
    valid: true,
    ...terms,
  };
}

function taxRate(id: string, percentage: number, inclusive: boolean): Stripe.TaxRate {
  return {
    id,
    object: 'tax_rate',
    active: true,
    country: null,
    created: 0,
    description: null,
    display_name: 'VAT',
    effective_percentage: null,
    flat_amount: null,
    inclusive,
    jurisdiction: null,
    jurisdiction_level: null,
    livemode: false,
    metadata: {},
    percentage,
    rate_type: 'percentage',
    state: null,
    tax_type: null,
  };
}

const anyCoupon = fc.oneof(
  fc.integer({ min: 1, max: 10_000 }).map((hundredths) => coupon({ percent_off: hundredths / 100 })),
  fc.integer({ min: 1, max: 50_000 }).map((amount) => coupon({ amount_off: amount, currency: 'gbp' })),
);
const RATES = [
  taxRate('txr_vat', 20, false),
  taxRate('txr_reduced', 5.5, false),
  taxRate('txr_within', 19, true),
  taxRate('txr_odd', 8.8751, true),
];
const anyLine: fc.Arbitrary<PricedLine> = fc.record({
  amount: fc.integer({ min: 0, max: 1_000_000 }),
  discountable: fc.boolean(),
  product: fc.constant(null),
  discounts: fc.array(
    anyCoupon.map((terms) => ({ id: 'di_own', coupon: terms })),
    { maxLength: 2 },
  ),
  taxRates: fc.subarray(RATES),
});
const anyDiscounts = fc
  .array(anyCoupon, { maxLength: 3 })
  .map((coupons) => coupons.map((terms, at) => ({ id: `di_${String(at)}`, coupon: terms })));

function sum(parts: readonly { amount: number }[] | null): number {
  return (parts ?? []).reduce((total, { amount }) => total + amount, 0);
}

describe(`Any invoice (SEQUENCE_SEED=${String(seed)})`, () => {
  it('shares a whole so that the parts add up', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 99_999_999 }),
        fc.array(fc.integer({ min: 0, max: 99_999_999 }), { minLength: 1 }),
        (whole, weights) => {
          const parts = spread(whole, weights);
          const weight = weights.reduce((total, each) => total + each, 0);
          expect(parts.reduce((total, part) => total + part, 0)).toBe(weight === 0 ? 0 : whole);
          for (const [at, part] of parts.entries()) {
            expect(Math.abs(part - (whole * (weights[at] ?? 0)) / Math.max(weight, 1))).toBeLessThanOrEqual(1);
          }
        },
      ),
      { seed },
    );
  });

  it('comes to its lines less discounts and with the taxes on top', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 8 }), anyDiscounts, (lines, discounts) => {
        const totals = totalsOf(lines, discounts, 'gbp', false);
        const exclusive = totals.taxes.filter(({ rate }) => !rate.inclusive);

        expect(totals.total).toBe(sum(lines) - sum(totals.discountAmounts) + sum(exclusive));
        expect(totals.totalExcludingTax).toBe(totals.total - sum(totals.taxes));
        expect(sum(totals.lines.flatMap((line) => line.discountAmounts))).toBe(sum(totals.discountAmounts));
        expect(sum(totals.lines.flatMap((line) => line.taxes))).toBe(sum(totals.taxes));
        expect(totals.subtotal).toBe(totals.lines.reduce((total, line) => total + line.subtotal, 0));
        for (const [at, line] of totals.lines.entries()) {
          const amount = lines[at]?.amount ?? 0;
          expect(sum(line.discountAmounts)).toBeGreaterThanOrEqual(0);
          expect(sum(line.discountAmounts)).toBeLessThanOrEqual(amount);
          expect(sum(line.taxes)).toBeGreaterThanOrEqual(0);
        }
      }),
      { seed },
    );
  });

  describe('through any sequence of calls', () => {
    let simulator: SimulatorUnderTest;
    beforeAll(async () => {
      simulator = await simulatorUnderTest();
    });
    afterAll(() => simulator.close());

    it('keeps its sums, takes legal steps only, and never gives back more than it asked for', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyStep, { minLength: 8, maxLength: 30, size: 'max' }), async (steps) => {
          const biller = await Biller.begin(simulator);
          for (const step of steps) {
            await biller.take(step);
            await biller.check();
          }
        }),
        { numRuns: 12, seed, interruptAfterTimeLimit: 30_000 },
      );
    }, 60_000);
  });
});

type Step =
  | { kind: 'balance' | 'credit' | 'item'; amount: number; invoice: number }
  | {
      kind: 'delete' | 'draft' | 'finalize' | 'outOfBand' | 'pay' | 'uncollectible' | 'void' | 'voidNote';
      invoice: number;
    }
  | { kind: 'card'; card: string };

const invoice = fc.nat({ max: 3 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('balance', 'credit', 'item'),
      amount: fc.integer({ min: -2_000, max: 9_000 }),
      invoice,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('delete', 'draft', 'finalize', 'outOfBand', 'pay', 'uncollectible', 'void', 'voidNote'),
      invoice,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('card'),
      card: fc.constantFrom('pm_card_visa', 'pm_card_chargeCustomerFail', 'pm_card_authenticationRequired'),
    }),
  },
);

/** From each status, those that may come next. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  draft: ['open', 'paid'],
  open: ['paid', 'void', 'uncollectible'],
  uncollectible: ['paid', 'void'],
  paid: [],
  void: [],
};

/** One customer, and what is billed to them. */
class Biller {
  private readonly statuses = new Map<string, string>();
  private constructor(
    private readonly stripe: Stripe,
    private readonly customer: string,
    private readonly discount: string,
    private readonly tax: string,
  ) {}

  static async begin({ stripe }: SimulatorUnderTest): Promise<Biller> {
    const customer = await stripe.customers.create();
    const off = await stripe.coupons.create({ percent_off: 12.5, duration: 'forever' });
    const vat = await stripe.taxRates.create({ display_name: 'VAT', percentage: 20, inclusive: false });
    const biller = new Biller(stripe, customer.id, off.id, vat.id);
    await biller.take({ kind: 'card', card: 'pm_card_visa' });
    return biller;
  }

  /** Whatever is refused has no effect that the checks could miss. */
  async take(step: Step): Promise<void> {
    const call = this.callOf(step, await this.chosen('invoice' in step ? step.invoice : 0));
    const refused = await call.then(
      () => null,
      (error: unknown) => failure(Promise.reject(error as Error)),
    );
    expect(refused?.type).not.toBe('StripeAPIError');
  }

  async check(): Promise<void> {
    const invoices = await this.stripe.invoices.list({ customer: this.customer, limit: 100 });
    for (const each of invoices.data) {
      checkSums(each);
      this.checkStep(each);
    }
    const { data } = await this.stripe.customers.listBalanceTransactions(this.customer, { limit: 100 });
    const customer = await this.stripe.customers.retrieve(this.customer);
    expect(customer).toMatchObject({ balance: sum(data) });
  }

  private async chosen(at: number): Promise<Stripe.Invoice | undefined> {
    const { data } = await this.stripe.invoices.list({ customer: this.customer, limit: 10 });
    return data[at % Math.max(data.length, 1)];
  }

  private callOf(step: Step, target: Stripe.Invoice | undefined): Promise<unknown> {
    const { customer, stripe } = this;
    const id = target?.id ?? 'in_none';
    switch (step.kind) {
      case 'balance':
        return stripe.customers.createBalanceTransaction(customer, { amount: step.amount, currency: 'gbp' });
      case 'item':
        return stripe.invoiceItems.create({ customer, amount: step.amount, currency: 'gbp' });
      case 'credit': {
        const amount = Math.abs(step.amount) + 1;
        const paid = target?.status === 'paid';
        return stripe.creditNotes.create({ invoice: id, amount, ...(paid ? { credit_amount: amount } : {}) });
      }
      case 'card':
        return this.useCard(step.card);
      case 'draft':
        return stripe.invoices.create({
          customer,
          currency: 'gbp',
          pending_invoice_items_behavior: 'include',
          discounts: [{ coupon: this.discount }],
          default_tax_rates: [this.tax],
        });
      case 'voidNote':
        return this.voidNoteOf(id);
      default:
        return this.move(step.kind, id);
    }
  }

  private move(
    kind: 'delete' | 'finalize' | 'outOfBand' | 'pay' | 'uncollectible' | 'void',
    id: string,
  ): Promise<unknown> {
    const { invoices } = this.stripe;
    const moves = {
      delete: () => invoices.del(id),
      finalize: () => invoices.finalizeInvoice(id),
      outOfBand: () => invoices.pay(id, { paid_out_of_band: true }),
      pay: () => invoices.pay(id),
      uncollectible: () => invoices.markUncollectible(id),
      void: () => invoices.voidInvoice(id),
    };
    return moves[kind]();
  }

  private async voidNoteOf(id: string): Promise<void> {
    const { data } = await this.stripe.creditNotes.list({ invoice: id });
    if (data[0] !== undefined) await this.stripe.creditNotes.voidCreditNote(data[0].id);
  }

  private async useCard(card: string): Promise<void> {
    const { id } = await this.stripe.paymentMethods.attach(card, { customer: this.customer });
    await this.stripe.customers.update(this.customer, { invoice_settings: { default_payment_method: id } });
  }

  private checkStep({ id, status }: Stripe.Invoice): void {
    const before = this.statuses.get(id) ?? 'draft';
    const now = String(status);
    if (now !== before) expect(reachable(before)).toContain(now);
    this.statuses.set(id, now);
  }
}

/** One call may take several steps, as paying a draft does. */
function reachable(status: string): Set<string> {
  const found = new Set<string>();
  const waiting = [status];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const following of NEXT[next] ?? []) {
      if (!found.has(following)) waiting.push(following);
      found.add(following);
    }
  }
  return found;
}

function checkSums(each: Stripe.Invoice): void {
  const exclusive = (each.total_taxes ?? []).filter((tax) => tax.tax_behavior === 'exclusive');
  const lines = each.lines.data;
  expect(each.total).toBe(sum(lines) - sum(each.total_discount_amounts) + sum(exclusive));
  expect(each.amount_due).toBe(each.amount_paid + each.amount_remaining);
  expect(sum(lines.flatMap((line) => line.discount_amounts ?? []))).toBe(sum(each.total_discount_amounts));
  expect(sum(lines.flatMap((line) => line.taxes ?? []))).toBe(sum(each.total_taxes));
  const given = each.pre_payment_credit_notes_amount + each.post_payment_credit_notes_amount;
  const asked = each.amount_due + each.pre_payment_credit_notes_amount;
  expect(given).toBeLessThanOrEqual(asked);
  expect(each.amount_remaining).toBeGreaterThanOrEqual(0);
  if (each.status === 'paid') expect(each.amount_remaining).toBe(0);
}
