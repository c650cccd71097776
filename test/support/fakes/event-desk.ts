import { balanceEvents } from '../../../src/application/webhook/balance-events';
import { customerEvents, paymentMethodEvents, setupEvents } from '../../../src/application/webhook/customer-events';
import { disputeEvents } from '../../../src/application/webhook/dispute-events';
import { EventFamilies } from '../../../src/application/webhook/event-families';
import { paymentEvents } from '../../../src/application/webhook/payment-events';
import { refundEvents } from '../../../src/application/webhook/refund-events';
import { CardDesk } from './card-desk';
import { DisputeDesk } from './dispute-desk';
import { RefundDesk } from './refund-desk';

interface Desks {
  readonly refunds?: RefundDesk;
  readonly cash?: RefundDesk['cash'];
  readonly cards?: CardDesk;
  readonly disputes?: DisputeDesk;
}

/** All families as the service has them, over the desks that a spec looks at. */
export function allFamilies({
  refunds = new RefundDesk(),
  cash = refunds.cash,
  cards = new CardDesk(),
  disputes = new DisputeDesk(),
}: Desks): EventFamilies {
  return new EventFamilies([
    paymentEvents(cash.refresh),
    customerEvents(cards.refreshing),
    setupEvents(cards.refreshSetup),
    paymentMethodEvents(cards.refreshMethod),
    disputeEvents(disputes.refresh),
    refundEvents(refunds.refresh),
    balanceEvents(),
  ]);
}
