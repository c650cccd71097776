import { AsyncLocalStorage } from 'node:async_hooks';
import type { IdempotencyRecord } from '../../../src/application/shared/idempotency';
import { UnitOfWork } from '../../../src/application/shared/unit-of-work';
import type { CustomerProps } from '../../../src/domain/customer/customer';
import type { PaymentMethodProps } from '../../../src/domain/customer/payment-method';
import type { SetupProps } from '../../../src/domain/customer/setup';
import type { DisputeProps } from '../../../src/domain/dispute/dispute';
import type { LedgerFact } from '../../../src/application/shared/ledger-facts';
import type { EvidencePiece } from '../../../src/domain/dispute/evidence';
import type { SubmissionProps } from '../../../src/domain/dispute/submission';
import type { DisputeEvent } from '../../../src/domain/dispute/dispute-events';
import type { CustomerEvent } from '../../../src/domain/customer/customer-events';
import type { AttemptProps } from '../../../src/domain/payment/attempt';
import type { PaymentProps } from '../../../src/domain/payment/payment';
import type { RefundProps } from '../../../src/domain/refund/refund';
import type { RefundEvent } from '../../../src/domain/refund/refund-events';
import type { SagaProps } from '../../../src/domain/saga/saga';
import type { SagaEvent } from '../../../src/domain/saga/saga-events';
import type { PaymentEvent } from '../../../src/domain/payment/payment-events';

export type KeptRecord = IdempotencyRecord & { readonly leasedUntil: Date | null; readonly createdAt: Date };

export interface Tables {
  readonly payments: Map<string, PaymentProps>;
  readonly attempts: Map<string, AttemptProps>;
  readonly records: Map<string, KeptRecord>;
  readonly events: (PaymentEvent | RefundEvent)[];
  readonly refunds: Map<string, RefundProps>;
  readonly facts: LedgerFact[];
  readonly sagas: Map<string, SagaProps>;
  readonly sagaEvents: SagaEvent[];
  /** The ids of sagas that have a job. */
  readonly sagaJobs: Set<string>;
  /** `ref_1 succeeded`: what customers are to be told. */
  readonly notices: string[];
  readonly customers: Map<string, CustomerProps>;
  readonly customerEvents: CustomerEvent[];
  readonly setups: Map<string, SetupProps>;
  readonly paymentMethods: Map<string, PaymentMethodProps>;
  readonly disputes: Map<string, DisputeProps>;
  readonly disputeEvents: DisputeEvent[];
  readonly submissions: Map<string, SubmissionProps>;
  /** Drafts have no submission. */
  readonly evidence: Map<string, EvidencePiece & { readonly submissionId: string | null }>;
}

/** One for all stores: Node asks every storage at every promise, and a property makes thousands of stores. */
const open = new AsyncLocalStorage<ReadonlySet<InMemoryStore>>();

/** What a database would hold. A unit of work has it to itself; a throw brings back what was there before. */
export class InMemoryStore extends UnitOfWork {
  tables: Tables = {
    payments: new Map(),
    attempts: new Map(),
    records: new Map(),
    events: [],
    refunds: new Map(),
    facts: [],
    sagas: new Map(),
    sagaEvents: [],
    sagaJobs: new Set(),
    notices: [],
    customers: new Map(),
    customerEvents: [],
    setups: new Map(),
    paymentMethods: new Map(),
    disputes: new Map(),
    disputeEvents: [],
    submissions: new Map(),
    evidence: new Map(),
  };
  #last: Promise<unknown> = Promise.resolve();

  get isOpen(): boolean {
    return open.getStore()?.has(this) === true;
  }

  override run<T>(work: () => Promise<T>): Promise<T> {
    if (this.isOpen) return work();
    const turn = this.#last.then(() => this.alone(work));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    const before = copyOf(this.tables);
    try {
      return await open.run(new Set([...(open.getStore() ?? []), this]), work);
    } catch (error) {
      this.tables = before;
      throw error;
    }
  }
}

function copyOf(tables: Tables): Tables {
  const copies = Object.entries(tables).map(([name, table]: [string, unknown]) => [name, copy(table)]);
  return Object.fromEntries(copies) as Tables;
}

function copy(table: unknown): unknown {
  if (table instanceof Map) return new Map(table);
  return table instanceof Set ? new Set(table) : [...(table as unknown[])];
}
