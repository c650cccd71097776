import type { Payment } from '../../domain/payment/payment';
import type { Payments } from '../../domain/payment/payments';
import type { RefreshPayment } from '../payment/refresh-payment';

/** The payment of a refund, which may be told of before the success of its payment was. */
export class FindPaidPayment {
  constructor(
    private readonly payments: Payments,
    private readonly refresh: RefreshPayment,
  ) {}

  /** @returns null for an intent that is not ours. @throws GatewayUnavailable */
  async execute(intent: string, cause: string): Promise<Payment | null> {
    const known = await this.payments.findByIntent(intent);
    if (known?.status === 'succeeded') return known;
    const id = await this.refresh.execute({ intent, cause });
    return id === null ? null : this.payments.find(id);
  }
}
