import { Customer, NOTHING_KNOWN } from '../../domain/customer/customer';
import { SubjectTaken, type Customers } from '../../domain/customer/customers';
import type { Clock } from '../shared/clock';
import type { Identifiers } from '../shared/identifiers';
import type { UnitOfWork } from '../shared/unit-of-work';
import { tellByOthersAt } from './link-customer';

/** The customer behind the `sub` of a token. */
export class RecogniseCustomer {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly customers: Customers,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  find(subject: string): Promise<Customer | null> {
    return this.customers.findBySubject(subject);
  }

  /** Nothing but the subject is known of one that is made here. Two at once get the same one. Outside any unit of work. */
  async findOrCreate(subject: string, cause: string): Promise<Customer> {
    const known = await this.find(subject);
    if (known !== null) return known;
    try {
      return await this.unitOfWork.run(() => this.create(subject, cause));
    } catch (error) {
      const winner = error instanceof SubjectTaken ? await this.find(subject) : null;
      if (winner === null) throw error;
      return winner;
    }
  }

  private async create(subject: string, cause: string): Promise<Customer> {
    const now = this.clock.now();
    const id = this.identifiers.next('cus');
    const customer = Customer.create(id, { ...NOTHING_KNOWN, subject }, now, tellByOthersAt(now), cause);
    await this.customers.add(customer);
    return customer;
  }
}
