import { RecordDispute } from '../../../src/application/dispute/record-dispute';
import { RefreshDispute } from '../../../src/application/dispute/refresh-dispute';
import type { DisputeProps } from '../../../src/domain/dispute/dispute';
import { paymentIn } from '../samples';
import { InMemoryDisputes } from './in-memory-disputes';
import { InMemoryPayments } from './in-memory-payments';
import { InMemoryStore } from './in-memory-store';
import { MovableClock } from './movable-clock';
import { ScriptedDisputes } from './scripted-disputes';

/** The use cases of disputes over fakes of all their ports. */
export class DisputeDesk {
  readonly clock = new MovableClock();
  readonly store = new InMemoryStore();
  readonly stripe = new ScriptedDisputes();
  readonly disputes = new InMemoryDisputes(this.store);
  readonly payments = new InMemoryPayments(this.store, this.clock);
  readonly record = new RecordDispute(this.store, this.disputes, this.payments, this.clock);
  readonly refresh = new RefreshDispute(this.disputes, this.stripe, this.record);

  /** The payment `pay_1`, which is `pi_1` at Stripe. */
  hasPayment(): void {
    this.store.tables.payments.set('pay_1', paymentIn({ status: 'succeeded', captured: 4_999 }).snapshot());
  }

  look(cause = 'event:evt_1'): Promise<boolean> {
    return this.refresh.execute({ dispute: 'du_1', cause });
  }

  get dispute(): DisputeProps {
    return this.store.tables.disputes.get('du_1')!;
  }

  /** What stands on the history of the payment, without the dispute's prefix. */
  get events(): string[] {
    return this.store.tables.disputeEvents.map(({ type }) => type.replace('dispute.', ''));
  }
}
