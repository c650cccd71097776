import {
  CustomerGateway,
  type CreationAnswer,
  type CreationFinding,
  type CustomerReading,
  type NoAnswer,
  type UpdateAnswer,
} from '../../../src/application/customer/customer-gateway';
import type { Creation, Customer, CustomerDetails, CustomerRefusal } from '../../../src/domain/customer/customer';
import { sameValue } from '../../../src/domain/shared/same-value';

/** What befalls a call: on the way there, on the way back, or at Stripe. */
export type Trouble = 'away' | 'lost_after' | 'stored_500' | 'stored_500_after' | CustomerRefusal;

interface Kept {
  readonly asked: CustomerDetails;
  readonly answer: CreationAnswer;
}

export interface StripeSide {
  readonly id: string;
  /** The id that stands in its metadata. */
  readonly customerId: string;
  readonly name: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly defaultPaymentMethod: string | null;
  readonly deleted: boolean;
}

const AWAY: NoAnswer = { kind: 'unavailable', message: 'The answer was lost.' };

/** Stripe's customers in little: idempotency keys, lists, and answers that get lost when they are told to. */
export class ScriptedCustomers extends CustomerGateway {
  readonly customers = new Map<string, StripeSide>();
  /** `create 1`, `update 2`, `look 1`, `read`: with the revision. */
  readonly calls: string[] = [];
  /** Runs when something was changed and before the answer leaves: the place of who is faster. */
  beforeAnswer: (call: string) => Promise<void> = () => Promise.resolve();
  readonly #trouble: Trouble[] = [];
  readonly #kept = new Map<string, Kept>();

  strike(...trouble: Trouble[]): void {
    this.#trouble.push(...trouble);
  }

  /** As after 24 hours. */
  forgetKeys(): void {
    this.#kept.clear();
  }

  set(id: string, change: Partial<StripeSide>): void {
    this.customers.set(id, { ...this.customers.get(id)!, ...change });
  }

  get alive(): StripeSide[] {
    return [...this.customers.values()].filter(({ deleted }) => !deleted);
  }

  override async create(customerId: string, creation: Creation): Promise<CreationAnswer> {
    const trouble = await this.begin(`create ${String(creation.revision)}`);
    if (trouble === 'away') return AWAY;
    if (typeof trouble === 'object') return { kind: 'refused', refusal: trouble };
    const key = `${customerId}-${String(creation.revision)}`;
    const kept = this.#kept.get(key);
    const answer = kept === undefined ? this.make(customerId, creation.details, trouble) : repeated(kept, creation);
    if (kept === undefined) this.#kept.set(key, { asked: creation.details, answer });
    await this.beforeAnswer(`create ${String(creation.revision)}`);
    return trouble === 'lost_after' ? AWAY : answer;
  }

  override async findCreated(customerId: string, creation: Creation): Promise<CreationFinding> {
    if ((await this.begin(`look ${String(creation.revision)}`)) === 'away') return AWAY;
    const found = this.alive.find((each) => each.customerId === customerId);
    return found === undefined ? { kind: 'missing' } : { kind: 'created', stripeCustomer: found.id };
  }

  override async update(stripeCustomer: string, customer: Customer): Promise<UpdateAnswer> {
    const { name, metadata, removedMetadata, defaultPaymentMethod, revision } = customer.snapshot();
    const trouble = await this.begin(`update ${String(revision)}`);
    if (trouble === 'away') return AWAY;
    if (typeof trouble === 'object') return { kind: 'refused', refusal: trouble };
    const before = this.customers.get(stripeCustomer);
    if (before?.deleted !== false) return { kind: 'deleted' };
    const left = Object.entries(before.metadata).filter(([key]) => !removedMetadata.includes(key));
    this.set(stripeCustomer, { name, defaultPaymentMethod, metadata: { ...Object.fromEntries(left), ...metadata } });
    await this.beforeAnswer(`update ${String(revision)}`);
    return trouble === 'lost_after' ? AWAY : { kind: 'updated' };
  }

  override async read(stripeCustomer: string): Promise<CustomerReading> {
    if ((await this.begin('read')) === 'away') return AWAY;
    const found = this.customers.get(stripeCustomer);
    if (found?.deleted !== false) return { kind: 'deleted' };
    return { kind: 'found', defaultPaymentMethod: found.defaultPaymentMethod };
  }

  private async begin(call: string): Promise<Trouble | undefined> {
    await new Promise((resolve) => setImmediate(resolve));
    this.calls.push(call);
    return this.#trouble.shift();
  }

  private make(customerId: string, details: CustomerDetails, trouble: Trouble | undefined): CreationAnswer {
    const failed = { kind: 'failed_at_stripe', message: 'Stripe answered 500.' } as const;
    if (trouble === 'stored_500') return failed;
    const id = `cus_stripe_${String(this.customers.size + 1)}`;
    const { name, metadata } = details;
    this.customers.set(id, { id, customerId, name, metadata, defaultPaymentMethod: null, deleted: false });
    return trouble === 'stored_500_after' ? failed : { kind: 'created', stripeCustomer: id };
  }
}

/** Another request under the same key is an error of Stripe's. */
function repeated({ asked, answer }: Kept, { details }: Creation): CreationAnswer {
  if (!sameValue(asked, details)) throw new Error('another request was sent under this key');
  return answer;
}
