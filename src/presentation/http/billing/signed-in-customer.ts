import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../application/access/principal';
import { RecogniseCustomer } from '../../../application/customer/recognise-customer';
import { PaymentQueries } from '../../../application/payment/payment-queries';
import type { PaymentView } from '../../../application/payment/payment-view';
import { paymentNotFound } from '../payment/payment-problems';

/** Who is signed in, and what is theirs: whatever else there is, they find nothing of it. */
@Injectable()
export class SignedInCustomer {
  constructor(
    private readonly recogniseCustomer: RecogniseCustomer,
    private readonly queries: PaymentQueries,
  ) {}

  /** The id of the customer; null for one of whom nothing was ever stored. */
  async idOf(principal: Principal): Promise<string | null> {
    return (await this.recogniseCustomer.find(subjectOf(principal)))?.id ?? null;
  }

  /** The id of the customer, who is made when there is none yet. */
  async idFor(principal: Principal): Promise<string> {
    return (await this.recogniseCustomer.findOrCreate(subjectOf(principal), principal.id)).id;
  }

  /** @throws ProblemException when there is none of theirs */
  async payment(principal: Principal, paymentId: string): Promise<PaymentView> {
    const customer = await this.idOf(principal);
    const view = customer === null ? null : await this.queries.get(paymentId);
    if (customer === null || view?.customer !== customer) throw paymentNotFound();
    return view;
  }
}

function subjectOf({ role, subject }: Principal): string {
  if (role !== 'customer' || subject === null) throw new Error('a route for customers was reached by somebody else');
  return subject;
}
