import type { Area } from '../core/area';
import { intentFailed, intentRequiresAction, intentSucceeded } from './invoice-payment';
import { collectDue, finalizeDue, passDueDate } from './invoice-tasks';

/** What is sold, and the invoices for it. */
export const billingArea: Area = {
  routes: [],
  tasks: { finalize_invoice: finalizeDue, collect_invoice: collectDue, pass_due_date: passDueDate },
  reactions: {
    'payment_intent.succeeded': intentSucceeded,
    'payment_intent.payment_failed': intentFailed,
    'payment_intent.requires_action': intentRequiresAction,
  },
};
