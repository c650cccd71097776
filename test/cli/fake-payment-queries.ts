import { PaymentQueries, type PaymentFilter, type TimelineEntry } from '../../src/application/payment/payment-queries';
import { InvalidCursor, type Page } from '../../src/application/shared/page';
import type { PaymentView } from '../../src/application/payment/payment-view';

export const PAYMENT_ID = 'pay_01jd8x3v5ze6w9q2r4t7y8u1p0';

export function paymentView(changes: Partial<PaymentView> = {}): PaymentView {
  return {
    id: PAYMENT_ID,
    status: 'succeeded',
    amount: 4999,
    currency: 'gbp',
    capturableAmount: 0,
    capturedAmount: 4999,
    refundedAmount: 0,
    captureMethod: 'automatic',
    reference: 'booking_1',
    purpose: 'full',
    customer: null,
    description: null,
    metadata: {},
    serviceDate: null,
    paymentMethod: 'pm_1',
    nextAction: null,
    failure: null,
    cancellationReason: null,
    attention: null,
    expiresAt: '2026-12-02T10:00:00.000Z',
    createdAt: '2026-12-01T10:00:00.000Z',
    updatedAt: '2026-12-01T10:00:01.000Z',
    ...changes,
  };
}

export class FakePaymentQueries extends PaymentQueries {
  readonly asked: { filter: PaymentFilter; limit: number; cursor: string | null }[] = [];
  nextCursor: string | null = null;
  entries: TimelineEntry[] = [];

  constructor(private readonly payments: readonly PaymentView[] = []) {
    super();
  }

  override async get(id: string): Promise<PaymentView | null> {
    return this.payments.find((payment) => payment.id === id) ?? null;
  }

  override async list(filter: PaymentFilter, limit: number, cursor: string | null): Promise<Page<PaymentView>> {
    if (cursor === 'broken') throw new InvalidCursor();
    this.asked.push({ filter, limit, cursor });
    return { data: this.payments, nextCursor: this.nextCursor };
  }

  override async timeline(): Promise<TimelineEntry[]> {
    return this.entries;
  }

  override async finishing(): Promise<never> {
    throw new Error('the command line finishes no payment and needs nothing for it');
  }
}
