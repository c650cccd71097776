import type { Area } from '../core/area';
import type { Context } from '../core/context';
import { awaitDispute, openExpectedDispute, withdrawWaiting } from './dispute';
import { closeAnsweredInquiries, decideByEvidence, expireDispute } from './dispute-decision';
import { disputeAsOfNow, disputeRoutes } from './disputes';
import { fileRoutes } from './files';
import { bookWaitingRefunds, knowReference } from './refund';
import { expireRefund, failRefund, finishRefund } from './refund-end';
import { refundRoutes, refundsOfCharge } from './refunds';

/** Money that goes back: refunds and disputes, with the files that are evidence in them. */
export const reversalArea: Area = {
  routes: [...refundRoutes, ...disputeRoutes, ...fileRoutes],
  tasks: {
    expire_refund: expireRefund,
    finish_refund: finishRefund,
    fail_refund: failRefund,
    know_reference: knowReference,
    open_dispute: openExpectedDispute,
    decide_dispute: decideByEvidence,
    expire_dispute: expireDispute,
  },
  reactions: {
    'charge.succeeded': awaitDispute,
    'charge.captured': awaitDispute,
    'charge.updated': bookWaiting,
    'charge.refunded': closeAnsweredInquiries,
  },
  inclusions: {
    'charge.refunds': refundsOfCharge,
    // Only a refund that failed has it, yet every refund may be asked for it.
    'refund.failure_balance_transaction': () => null,
  },
  presenters: { disputes: disputeAsOfNow },
};

/** A charge may have been refunded or disputed before it came to stand on the balance. */
function bookWaiting(ctx: Context, id: string): void {
  const charge = ctx.tx.get('charges', id);
  if (typeof charge?.balance_transaction !== 'string') return;
  bookWaitingRefunds(ctx, charge);
  withdrawWaiting(ctx, charge);
}
