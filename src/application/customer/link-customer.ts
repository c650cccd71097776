import {
  listProves,
  type Creation,
  type Customer,
  type CustomerRefusal,
  type Telling,
} from '../../domain/customer/customer';
import type { Customers } from '../../domain/customer/customers';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { CustomerGateway } from './customer-gateway';
import type { UnlinkCustomer } from './unlink-customer';

export type Link =
  | { readonly kind: 'linked'; readonly stripeCustomer: string }
  | { readonly kind: 'refused'; readonly refusal: CustomerRefusal }
  /** Stripe did not answer, or is not told: it was deleted there, and nobody needs it. */
  | { readonly kind: 'pending' };

export interface LinkOptions {
  /** False for who only passes on a change: what was deleted at Stripe stays deleted then. */
  readonly needed: boolean;
}

const FIRST_WAIT = 5_000;
const LONGEST_WAIT = 3_600_000;
/** How long others leave a change alone that whoever made it is about to tell Stripe of. */
const TOLD_WITHIN = 30_000;
/** Begin, look, begin anew, create, update: more steps are others' changes, and the sweeper's. */
const MOST_STEPS = 6;

type Step = (customer: Customer, now: Date, cause: string) => void | Promise<void>;
type Call = Exclude<Telling, { readonly kind: 'nothing' | 'begin' }>;

/**
 * Tells Stripe of a customer as it stands now: makes it there, or brings it up to date. Each call is between two
 * commits: the creation that is about to be sent, and what came of it. Whoever does the same at the same time sends
 * the same creation under the same key.
 */
export class LinkCustomer {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly customers: Customers,
    private readonly gateway: CustomerGateway,
    private readonly unlink: UnlinkCustomer,
    private readonly clock: Clock,
  ) {}

  /** @returns null for a customer that does not exist. */
  async execute(customerId: string, cause: string, options: LinkOptions = { needed: true }): Promise<Link | null> {
    let customer = await this.customers.find(customerId);
    for (let step = 0; customer !== null && step < MOST_STEPS; step++) {
      const telling = customer.telling(this.clock.now(), options.needed);
      if (telling.kind === 'nothing') break;
      const told = telling.kind === 'begin' ? beginInstead(null, this.clock.now()) : await this.tell(customer, telling);
      customer = await this.store(customerId, told.step, cause);
      if (told.unanswered) break;
    }
    return customer === null ? null : linkOf(customer);
  }

  private tell(customer: Customer, telling: Call): Promise<Told> {
    switch (telling.kind) {
      case 'create':
        return this.create(customer.id, telling.creation);
      case 'look':
        return this.look(customer.id, telling.creation);
      case 'update':
        return this.update(customer, telling.stripeCustomer, telling.revision);
    }
  }

  private async create(customerId: string, creation: Creation): Promise<Told> {
    const { revision } = creation;
    const answer = await this.gateway.create(customerId, creation);
    switch (answer.kind) {
      case 'created':
        return answered((customer, now, cause) => {
          customer.created(answer.stripeCustomer, revision, now, cause);
        });
      case 'refused':
        return refused(answer.refusal, revision);
      case 'failed_at_stripe':
        return unanswered(revision, (customer, now) => {
          customer.creationFailed(revision, now);
        });
      case 'unavailable':
        return unanswered(revision);
    }
  }

  private async look(customerId: string, creation: Creation): Promise<Told> {
    const finding = await this.gateway.findCreated(customerId, creation);
    switch (finding.kind) {
      case 'created':
        return answered((customer, now, cause) => {
          customer.created(finding.stripeCustomer, creation.revision, now, cause);
        });
      case 'missing': {
        const now = this.clock.now();
        return listProves(creation, now) ? beginInstead(creation, now) : unanswered(creation.revision);
      }
      case 'unavailable':
        return unanswered(creation.revision);
    }
  }

  private async update(told: Customer, stripeCustomer: string, revision: number): Promise<Told> {
    const answer = await this.gateway.update(stripeCustomer, told);
    switch (answer.kind) {
      case 'updated':
        return answered((customer, now) => {
          customer.updated(stripeCustomer, revision, now);
        });
      case 'refused':
        return refused(answer.refusal, revision);
      case 'deleted':
        return answered((customer, _now, cause) => this.unlink.execute(customer, stripeCustomer, cause));
      case 'unavailable':
        return unanswered(revision);
    }
  }

  private store(customerId: string, step: Step, cause: string): Promise<Customer> {
    return this.unitOfWork.run(async () => {
      const customer = await this.customers.lock(customerId);
      if (customer === null) throw new Error(`customer ${customerId} does not exist`);
      await step(customer, this.clock.now(), cause);
      await this.customers.save(customer);
      return customer;
    });
  }
}

/** When the sweeper tells Stripe of a change that is made now, should whoever makes it not come to it. */
export function tellByOthersAt(now: Date): Date {
  return new Date(now.getTime() + TOLD_WITHIN);
}

/** What came of a step towards Stripe: how it is recorded, and whether there is an answer to go on from. */
interface Told {
  readonly step: Step;
  readonly unanswered: boolean;
}

function answered(step: Step): Told {
  return { step, unanswered: false };
}

function beginInstead(creation: Creation | null, now: Date): Told {
  return answered((customer) => {
    customer.beginCreation(creation, now, tellByOthersAt(now));
  });
}

function refused(refusal: CustomerRefusal, revision: number): Told {
  return answered((customer, now, cause) => {
    customer.refusedByStripe(refusal, revision, now, cause);
  });
}

function unanswered(revision: number, first?: (customer: Customer, now: Date) => void): Told {
  return {
    unanswered: true,
    step: (customer, now) => {
      first?.(customer, now);
      const wait = Math.min(FIRST_WAIT * 2 ** customer.snapshot().syncTries, LONGEST_WAIT);
      customer.unanswered(revision, now, new Date(now.getTime() + wait));
    },
  };
}

function linkOf(customer: Customer): Link {
  const { stripeCustomer, refusal } = customer.snapshot();
  if (stripeCustomer !== null) return { kind: 'linked', stripeCustomer };
  return refusal === null ? { kind: 'pending' } : { kind: 'refused', refusal };
}
