import type { Flow } from './flow';
import { detachCard, makeCustomer, saveCard } from './flows/customers';
import { disputeOpened, submitEvidence } from './flows/disputes';
import { capturePart, confirmPayment, declinedPayment, takePayment, voidPayment } from './flows/payments';
import { refundApproved, refundAtOnce, refundFailsLater, refundInDashboard } from './flows/refunds';
import { authenticatedAtTheBank, voidedInDashboard } from './flows/webhooks';

/** Every flow that calls Stripe, or that Stripe tells of. */
export const FLOWS: readonly Flow[] = [
  takePayment,
  declinedPayment,
  confirmPayment,
  capturePart,
  voidPayment,
  authenticatedAtTheBank,
  voidedInDashboard,
  refundAtOnce,
  refundApproved,
  refundInDashboard,
  refundFailsLater,
  makeCustomer,
  saveCard,
  detachCard,
  disputeOpened,
  submitEvidence,
];
