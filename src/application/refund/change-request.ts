import type { Payment } from '../../domain/payment/payment';
import type { Payments } from '../../domain/payment/payments';
import type { Refund } from '../../domain/refund/refund';
import type { RefundRole } from '../../domain/refund/refund-limits';
import type { Refunds } from '../../domain/refund/refunds';
import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { IdempotencyScope } from '../shared/idempotency';
import type { WriteOnce } from '../shared/write-once';
import { RefundRefused, type RefundProblem } from './refund-problem';
import { refundAsItIs, unlessRefused } from './request-refund';

/** What somebody decides about a refund that was asked for. */
export interface RequestChange {
  readonly refundId: string;
  readonly note: string | null;
  readonly role: RefundRole;
  readonly by: string;
  readonly idempotency: IdempotencyScope;
}

export interface ChangedRequest {
  readonly refund: Refund;
  /** Null when the same key had its effect before. */
  readonly payment: Payment | null;
}

/** @throws RefundRefused */
type Change = (refund: Refund, payment: Payment, now: Date) => void | Promise<void>;

/** Changes a refund once per key, under the lock of its payment, in one unit of work. */
export class ChangeRequest {
  constructor(
    private readonly writeOnce: WriteOnce,
    private readonly payments: Payments,
    private readonly refunds: Refunds,
    private readonly clock: Clock,
  ) {}

  async execute(
    { refundId, idempotency }: RequestChange,
    change: Change,
  ): Promise<Result<ChangedRequest, RefundProblem>> {
    const written = await unlessRefused(() =>
      this.writeOnce.execute(idempotency, refundId, () => this.change(refundId, change)),
    );
    switch (written.kind) {
      case 'refused':
        return err(written.problem);
      case 'idempotency_key_reused':
        return err(written);
      case 'repeated':
        return ok({ refund: await refundAsItIs(this.refunds, written.resource), payment: null });
      case 'written':
        return ok(written.value);
    }
  }

  private async change(refundId: string, change: Change): Promise<ChangedRequest> {
    const found = await this.refunds.find(refundId);
    const payment = found === null ? null : await this.payments.lock(found.paymentId);
    // Read again: somebody may have decided while we waited for the lock.
    const refund = payment === null ? null : await this.refunds.find(refundId);
    if (refund === null || payment === null) throw new RefundRefused({ kind: 'refund_not_found' });
    await change(refund, payment, this.clock.now());
    await this.refunds.save(refund);
    return { refund, payment };
  }
}

/** @throws RefundRefused when it is not a request any more. */
export function assertRequested(refund: Refund): void {
  const { id: refundId, status } = refund;
  if (status !== 'requested') throw new RefundRefused({ kind: 'refund_state_forbids', refundId, status });
}
