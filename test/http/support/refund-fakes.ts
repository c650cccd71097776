import type { RequestChange } from '../../../src/application/refund/change-request';
import { RefundQueries, type RefundFilter } from '../../../src/application/refund/refund-queries';
import { refundViewOf, type RefundView } from '../../../src/application/refund/refund-view';
import type { RefundResult, RequestRefundCommand } from '../../../src/application/refund/request-refund';
import type { TimelineEntry } from '../../../src/application/payment/payment-queries';
import type { Page } from '../../../src/application/shared/page';
import type { Refund, RefundProps } from '../../../src/domain/refund/refund';
import { ok } from '../../../src/domain/shared/result';
import { ALL, refundIn } from '../../support/refund-samples';
import { PAYMENT_ID } from './fakes';

export const REFUND_ID = 'ref_01jd8x3v5ze6w9q2r4t7y8v1p0';

export function refundHere(given: Partial<RefundProps> = {}): Refund {
  const done = { status: 'succeeded', stripeRefund: 're_1', decision: ALL, note: 'Ada is ill' } as const;
  return refundIn({ id: REFUND_ID, paymentId: PAYMENT_ID, ...done, ...given });
}

/** Stands where a use case stands: answers what it is told to, and remembers what it was asked. */
class ScriptedRefund<C> {
  result: RefundResult = ok(refundHere());
  readonly commands: C[] = [];

  execute(command: C): Promise<RefundResult> {
    this.commands.push(command);
    return Promise.resolve(this.result);
  }
}

/** Holds one refund. */
class OneRefund extends RefundQueries {
  readonly asked: { filter: RefundFilter; limit: number; cursor: string | null }[] = [];

  get(id: string): Promise<RefundView | null> {
    return Promise.resolve(id === REFUND_ID ? refundViewOf(refundHere()) : null);
  }
  list(filter: RefundFilter, limit: number, cursor: string | null): Promise<Page<RefundView>> {
    this.asked.push({ filter, limit, cursor });
    return Promise.resolve({ data: [refundViewOf(refundHere())], nextCursor: 'more' });
  }
  timeline({ id, createdAt }: RefundView): Promise<TimelineEntry[]> {
    const entry = { kind: 'event', what: 'refund.requested', cause: 'sub:sue', id: '1', data: { refund: id } } as const;
    return Promise.resolve([{ at: createdAt, ...entry }]);
  }
}

export class RefundFakes {
  readonly queries = new OneRefund();
  readonly request = new ScriptedRefund<RequestRefundCommand>();
  readonly approve = new ScriptedRefund<RequestChange>();
  readonly reject = new ScriptedRefund<RequestChange>();
  readonly withdraw = new ScriptedRefund<RequestChange>();
}
