import type { CustomerDetails } from '../../domain/customer/customer';
import type { Customers } from '../../domain/customer/customers';
import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { IdempotencyScope } from '../shared/idempotency';
import type { WriteOnce } from '../shared/write-once';
import type { CustomerProblem } from './customer-problem';
import { customerViewOf, type CustomerView } from './customer-view';
import { tellByOthersAt, type LinkCustomer } from './link-customer';
import { unlessSubjectTaken } from './unless-subject-taken';

export interface ChangeCustomerCommand {
  readonly customerId: string;
  /** What is not named stays as it is. */
  readonly changes: Partial<CustomerDetails>;
  readonly idempotency: IdempotencyScope | null;
}

/** Changes a customer, then tells Stripe, as far as it answers. */
export class ChangeCustomer {
  constructor(
    private readonly writeOnce: WriteOnce,
    private readonly customers: Customers,
    private readonly linkCustomer: LinkCustomer,
    private readonly clock: Clock,
  ) {}

  async execute(command: ChangeCustomerCommand): Promise<Result<CustomerView, CustomerProblem>> {
    const { customerId, changes, idempotency } = command;
    if ((await this.customers.find(customerId)) === null) return err({ kind: 'customer_not_found' });
    const written = await unlessSubjectTaken(this.customers, changes.subject, () =>
      this.writeOnce.execute(idempotency, customerId, () => this.change(customerId, changes)),
    );
    if (written.kind === 'subject_taken' || written.kind === 'idempotency_key_reused') return err(written);
    await this.linkCustomer.execute(customerId, 'api', { needed: false });
    const customer = await this.customers.find(customerId);
    if (customer === null) throw new Error(`customer ${customerId} does not exist`);
    return ok(customerViewOf(customer));
  }

  private async change(customerId: string, changes: Partial<CustomerDetails>): Promise<void> {
    const customer = await this.customers.lock(customerId);
    if (customer === null) throw new Error(`customer ${customerId} does not exist`);
    const now = this.clock.now();
    if (customer.change(changes, now, tellByOthersAt(now), 'api')) await this.customers.save(customer);
  }
}
