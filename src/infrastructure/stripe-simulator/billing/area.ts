import type { Area } from '../core/area';
import { catalogueInclusions, catalogueRoutes } from './catalogue';
import { couponNow, couponRoutes } from './coupons';
import { codeNow } from './discounts';
import { creditNoteRoutes } from './credit-notes';
import { bookBalanceOf, customerBalanceRoutes } from './customer-balances';
import { customerTaxIdRoutes, taxIdInclusions } from './customer-tax-ids';
import { invoiceItemRoutes } from './invoice-items';
import {
  intentCanceled,
  intentFailed,
  intentProcessing,
  intentRequiresAction,
  intentSucceeded,
} from './intent-reactions';
import { invoiceInclusions, invoicePaymentRoutes } from './invoice-payments';
import { collectDue, finalizeDue, passDueDate, remindOfDueDate } from './invoice-tasks';
import { invoiceRoutes } from './invoices';
import { promotionCodeRoutes } from './promotion-codes';
import { billingSearchRoutes } from './searches';
import { taxRateRoutes } from './tax-rates';

/** What is sold, and the invoices for it. */
export const billingArea: Area = {
  routes: [
    ...catalogueRoutes,
    ...couponRoutes,
    ...promotionCodeRoutes,
    ...taxRateRoutes,
    ...invoiceItemRoutes,
    ...invoiceRoutes,
    ...invoicePaymentRoutes,
    ...creditNoteRoutes,
    ...customerBalanceRoutes,
    ...customerTaxIdRoutes,
    ...billingSearchRoutes,
  ],
  tasks: {
    collect_invoice: collectDue,
    finalize_invoice: finalizeDue,
    pass_due_date: passDueDate,
    remind_of_due_date: remindOfDueDate,
  },
  reactions: {
    'customer.created': bookBalanceOf,
    'customer.updated': bookBalanceOf,
    'payment_intent.canceled': intentCanceled,
    'payment_intent.processing': intentProcessing,
    'payment_intent.succeeded': intentSucceeded,
    'payment_intent.payment_failed': intentFailed,
    'payment_intent.requires_action': intentRequiresAction,
  },
  inclusions: { ...catalogueInclusions, ...invoiceInclusions, ...taxIdInclusions },
  presenters: { coupons: couponNow, promotion_codes: codeNow },
};
