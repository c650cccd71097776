import type { FactoryProvider } from '@nestjs/common';
import { RefreshCustomer } from '../../application/customer/refresh-customer';
import { RefreshPaymentMethod } from '../../application/customer/refresh-payment-method';
import { RefreshSetup } from '../../application/customer/refresh-setup';
import { RefreshDispute } from '../../application/dispute/refresh-dispute';
import { BalanceWake } from '../../application/ledger/balance-wake';
import { RefreshPayment } from '../../application/payment/refresh-payment';
import { RefreshRefunds } from '../../application/refund/refresh-refunds';
import { balanceEvents, wakingTheBalance } from '../../application/webhook/balance-events';
import { customerEvents, paymentMethodEvents, setupEvents } from '../../application/webhook/customer-events';
import { disputeEvents } from '../../application/webhook/dispute-events';
import { EventFamilies } from '../../application/webhook/event-families';
import { paymentEvents } from '../../application/webhook/payment-events';
import { refundEvents } from '../../application/webhook/refund-events';

/** Every family of Stripe's events that Cashdesk works on, each with its use case. */
export const EVENT_FAMILIES: FactoryProvider<EventFamilies> = {
  provide: EventFamilies,
  useFactory: (
    payment: RefreshPayment,
    customer: RefreshCustomer,
    setup: RefreshSetup,
    method: RefreshPaymentMethod,
    dispute: RefreshDispute,
    refunds: RefreshRefunds,
    wake: BalanceWake,
  ) =>
    new EventFamilies(
      [
        paymentEvents(payment),
        customerEvents(customer),
        setupEvents(setup),
        paymentMethodEvents(method),
        disputeEvents(dispute),
        refundEvents(refunds),
        balanceEvents(),
      ].map((family) => wakingTheBalance(family, wake)),
    ),
  inject: [
    RefreshPayment,
    RefreshCustomer,
    RefreshSetup,
    RefreshPaymentMethod,
    RefreshDispute,
    RefreshRefunds,
    BalanceWake,
  ],
};
