import { ok } from '../../domain/shared/result';
import { assertRequested, type ChangeRequest, type RequestChange } from './change-request';
import type { RefundResult } from './request-refund';

/** Somebody decides that a refund does not run: what it reserved is free again. */
export class RejectRefund {
  constructor(private readonly changeRequest: ChangeRequest) {}

  async execute(command: RequestChange): Promise<RefundResult> {
    const changed = await this.changeRequest.execute(command, (refund, _payment, now) => {
      assertRequested(refund);
      refund.reject(command.by, command.note, now);
    });
    return changed.ok ? ok(changed.value.refund) : changed;
  }
}
