import type { Payments } from '../../domain/payment/payments';
import { err, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { DecideRefund, RefundQuestion, RefundRefusal, RefundVerdict } from './decide-refund';

export interface RefundQuery extends RefundQuestion {
  readonly paymentId: string;
}

/** What a refund would come to, were it asked for now. It stores nothing. */
export class QuoteRefund {
  constructor(
    private readonly payments: Payments,
    private readonly decideRefund: DecideRefund,
    private readonly clock: Clock,
  ) {}

  async execute({ paymentId, ...question }: RefundQuery): Promise<Result<RefundVerdict, RefundRefusal>> {
    const payment = await this.payments.find(paymentId);
    if (payment === null) return err({ kind: 'payment_not_found' });
    return this.decideRefund.execute(payment, question, this.clock.now());
  }
}
