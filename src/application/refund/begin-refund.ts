import type { Payment } from '../../domain/payment/payment';
import type { Refund } from '../../domain/refund/refund';
import type { BeginSaga } from '../saga/begin-saga';
import { REFUND_SAGA } from './refund-saga';
import type { RefundAskedFor, ReserveRefund } from './reserve-refund';

/**
 * Longer than the answer to a refund takes that is sent at once. The answer wakes the saga before; should it never come,
 * nothing is known until the lease of who sent it is over.
 */
const WHILE_SENT = 30_000;

/** Stores a refund and the saga that conducts it, within the caller's unit of work. */
export class BeginRefund {
  constructor(
    private readonly reserve: ReserveRefund,
    private readonly beginSaga: BeginSaga,
  ) {}

  /** @throws RefundRefused */
  async execute(id: string, asked: RefundAskedFor): Promise<{ payment: Payment; refund: Refund }> {
    const begun = await this.reserve.execute(id, asked);
    const about = { kind: 'payment', id: asked.paymentId } as const;
    const pause = begun.refund.status === 'executing' ? WHILE_SENT : 0;
    await this.beginSaga.execute(REFUND_SAGA, { subject: id, about, startedBy: asked.by }, pause);
    return begun;
  }
}
