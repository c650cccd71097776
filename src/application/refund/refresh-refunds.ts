import type { Refunds } from '../../domain/refund/refunds';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { FindPaidPayment } from './find-paid-payment';
import type { RefundGateway } from './refund-gateway';
import type { TakeOverRefunds } from './take-over-refunds';

export interface RefreshRefundsCommand {
  readonly intent: string;
  /** What made us look: `event:evt_…`, `sweeper`. */
  readonly cause: string;
  /** Runs in the transaction that stores what was seen. */
  readonly within?: (paymentId: string) => Promise<void>;
}

/** Asks Stripe for all refunds of a payment as they are now, and takes them over: those of its dashboard too. */
export class RefreshRefunds {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly refunds: Refunds,
    private readonly gateway: RefundGateway,
    private readonly paid: FindPaidPayment,
    private readonly takeOver: TakeOverRefunds,
  ) {}

  /** @returns the payment's id, or null for an intent that is not ours. @throws GatewayUnavailable */
  async execute({ intent, cause, within }: RefreshRefundsCommand): Promise<string | null> {
    const payment = await this.paid.execute(intent, cause);
    if (payment === null) return null;
    const known = await this.refunds.ofPayment(payment.id);
    const seen = await this.gateway.list(intent);
    await this.unitOfWork.run(async () => {
      await this.takeOver.execute(payment.id, seen, known, cause);
      await within?.(payment.id);
    });
    return payment.id;
  }
}
