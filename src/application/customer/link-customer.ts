import type { Customer, CustomerRefusal } from '../../domain/customer/customer';
import type { Customers } from '../../domain/customer/customers';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { CustomerAnswer, CustomerGateway } from './customer-gateway';

export type Link =
  | { readonly kind: 'linked'; readonly stripeCustomer: string }
  | { readonly kind: 'refused'; readonly refusal: CustomerRefusal }
  /** Stripe did not answer: it is told again by the sweeper. */
  | { readonly kind: 'pending' };

const FIRST_WAIT = 5_000;
const LONGEST_WAIT = 3_600_000;

/** Tells Stripe of a customer as it stands now: makes it there, or brings it up to date. */
export class LinkCustomer {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly customers: Customers,
    private readonly gateway: CustomerGateway,
    private readonly clock: Clock,
  ) {}

  /** @returns null for a customer that does not exist. */
  async execute(customerId: string, cause: string): Promise<Link | null> {
    const customer = await this.customers.find(customerId);
    if (customer === null) return null;
    const { refusal, revision, stripeCustomer } = customer.snapshot();
    if (customer.isInStep && stripeCustomer !== null) return { kind: 'linked', stripeCustomer };
    if (refusal !== null)
      return stripeCustomer === null ? { kind: 'refused', refusal } : { kind: 'linked', stripeCustomer };
    const answer = await this.gateway.put(customer);
    return this.unitOfWork.run(async () => {
      const now = await this.customers.lock(customerId);
      if (now === null) throw new Error(`customer ${customerId} does not exist`);
      this.take(now, answer, revision, cause);
      await this.customers.save(now);
      return linkOf(now);
    });
  }

  private take(customer: Customer, answer: CustomerAnswer, revision: number, cause: string): void {
    const now = this.clock.now();
    switch (answer.kind) {
      case 'taken':
        customer.taken(answer.stripeCustomer, revision, now, cause);
        return;
      case 'refused':
        customer.refusedByStripe(answer.refusal, revision, now, cause);
        return;
      case 'deleted':
        customer.unlinked(now, now, cause);
        return;
      case 'unavailable': {
        const wait = Math.min(FIRST_WAIT * 2 ** customer.snapshot().syncTries, LONGEST_WAIT);
        customer.syncLater(new Date(now.getTime() + wait));
      }
    }
  }
}

function linkOf(customer: Customer): Link {
  const { stripeCustomer, refusal } = customer.snapshot();
  if (stripeCustomer !== null) return { kind: 'linked', stripeCustomer };
  return refusal === null ? { kind: 'pending' } : { kind: 'refused', refusal };
}
