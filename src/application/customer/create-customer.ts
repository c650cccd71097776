import { Customer, type CustomerDetails } from '../../domain/customer/customer';
import type { Customers } from '../../domain/customer/customers';
import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { IdempotencyScope } from '../shared/idempotency';
import type { Identifiers } from '../shared/identifiers';
import type { WriteOnce } from '../shared/write-once';
import type { CustomerProblem } from './customer-problem';
import { customerViewOf, type CustomerView } from './customer-view';
import { tellByOthersAt, type LinkCustomer } from './link-customer';
import { unlessSubjectTaken } from './unless-subject-taken';

export interface CreateCustomerCommand {
  readonly details: CustomerDetails;
  /** Null when the caller gave no key. */
  readonly idempotency: IdempotencyScope | null;
}

/** Makes a customer, then tells Stripe: it exists all the same when Stripe is away, and is told by the sweeper. */
export class CreateCustomer {
  constructor(
    private readonly writeOnce: WriteOnce,
    private readonly customers: Customers,
    private readonly linkCustomer: LinkCustomer,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  async execute({ details, idempotency }: CreateCustomerCommand): Promise<Result<CustomerView, CustomerProblem>> {
    const id = this.identifiers.next('cus');
    const written = await unlessSubjectTaken(this.customers, details.subject, () =>
      this.writeOnce.execute(idempotency, id, () => this.add(id, details)),
    );
    if (written.kind === 'subject_taken' || written.kind === 'idempotency_key_reused') return err(written);
    const customerId = written.kind === 'repeated' ? written.resource : id;
    await this.linkCustomer.execute(customerId, 'api', { needed: false });
    const customer = await this.customers.find(customerId);
    if (customer === null) throw new Error(`customer ${customerId} does not exist`);
    return ok(customerViewOf(customer));
  }

  private async add(id: string, details: CustomerDetails): Promise<void> {
    const now = this.clock.now();
    await this.customers.add(Customer.create(id, details, now, tellByOthersAt(now), 'api'));
  }
}
