import type { Area } from '../core/area';
import { checkRoomOnClock, stepTestClock } from './advance-test-clock';
import {
  actionRequired,
  invoiceOverdue,
  invoicePaid,
  invoiceVoided,
  invoiceWrittenOff,
  paymentFailed,
  retryInvoice,
} from './collection';
import { expireTestClock } from './delete-test-clock';
import { cancelAllOf } from './end-subscription';
import { previewRoutes } from './preview';
import { methodSetUp } from './setup';
import { subscriptionItemRoutes } from './subscription-items';
import { subscriptionRoutes, subscriptionsOf } from './subscriptions';
import { testClockRoutes } from './test-clocks';
import { turn } from './turn';

/** What is billed again and again, and the clocks that make time pass for it. */
export const subscriptionArea: Area = {
  routes: [...testClockRoutes, ...subscriptionRoutes, ...subscriptionItemRoutes, ...previewRoutes],
  tasks: {
    advance_test_clock: stepTestClock,
    expire_test_clock: expireTestClock,
    retry_invoice: retryInvoice,
    subscription_turn: turn,
  },
  inclusions: { 'customer.subscriptions': subscriptionsOf },
  reactions: {
    'customer.created': checkRoomOnClock,
    'customer.deleted': cancelAllOf,
    'invoice.marked_uncollectible': invoiceWrittenOff,
    'invoice.overdue': invoiceOverdue,
    'invoice.paid': invoicePaid,
    'invoice.payment_action_required': actionRequired,
    'invoice.payment_failed': paymentFailed,
    'invoice.voided': invoiceVoided,
    'setup_intent.succeeded': methodSetUp,
  },
};
