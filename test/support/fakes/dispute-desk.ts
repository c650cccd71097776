import { BeginSubmission } from '../../../src/application/dispute/begin-submission';
import { CarryOutSubmission } from '../../../src/application/dispute/carry-out-submission';
import { FindDisputes } from '../../../src/application/dispute/find-disputes';
import { RecordDispute } from '../../../src/application/dispute/record-dispute';
import { RecordSubmission } from '../../../src/application/dispute/record-submission';
import { RefreshDispute } from '../../../src/application/dispute/refresh-dispute';
import { RemindOfDispute } from '../../../src/application/dispute/remind-of-dispute';
import { SaveEvidence, type EvidenceChange } from '../../../src/application/dispute/save-evidence';
import { SubmissionBooks } from '../../../src/application/dispute/submission-books';
import { SubmitEvidence } from '../../../src/application/dispute/submit-evidence';
import { SweepDisputes, type DisputesSweep } from '../../../src/application/dispute/sweep-disputes';
import { UploadEvidence } from '../../../src/application/dispute/upload-evidence';
import type { IdempotencyScope } from '../../../src/application/shared/idempotency';
import { WriteOnce } from '../../../src/application/shared/write-once';
import type { DisputeObservation, DisputeProps } from '../../../src/domain/dispute/dispute';
import type { SubmissionProps } from '../../../src/domain/dispute/submission';
import { disputed } from '../dispute-samples';
import { paymentIn } from '../samples';
import { InMemoryDisputes } from './in-memory-disputes';
import { InMemoryDueDisputes, InMemoryEvidence, InMemoryLedgerFacts, InMemorySubmissions } from './in-memory-evidence';
import { InMemoryPayments } from './in-memory-payments';
import { InMemoryRecords } from './in-memory-records';
import { InMemoryStore } from './in-memory-store';
import { MovableClock } from './movable-clock';
import { NumberedIdentifiers } from './numbered-identifiers';
import { PlainIndex } from './plain-index';
import { ScriptedDisputes } from './scripted-disputes';

/** The use cases of disputes over fakes of all their ports. */
export class DisputeDesk {
  readonly clock = new MovableClock();
  readonly store = new InMemoryStore();
  readonly stripe = new ScriptedDisputes();
  readonly ids = new NumberedIdentifiers();
  readonly disputes = new InMemoryDisputes(this.store);
  readonly payments = new InMemoryPayments(this.store, this.clock);
  readonly drafts = new InMemoryEvidence(this.store);
  readonly books = new SubmissionBooks(this.disputes, new InMemorySubmissions(this.store), this.drafts);
  readonly facts = new InMemoryLedgerFacts(this.store);
  readonly record = new RecordDispute(this.store, this.disputes, this.payments, this.facts, this.clock);
  readonly refresh = new RefreshDispute(this.disputes, this.stripe, this.record);
  readonly due = new InMemoryDueDisputes(this.store, this.clock);
  readonly #once = new WriteOnce(this.store, new InMemoryRecords(this.store, this.clock), new PlainIndex());
  readonly save = new SaveEvidence(this.#once, this.books, this.ids, this.clock);
  readonly carryOut = new CarryOutSubmission(
    this.disputes,
    this.stripe,
    new UploadEvidence(this.store, this.drafts, this.stripe),
    new RecordSubmission(this.store, this.disputes, this.books.submissions, this.drafts, this.clock),
    this.clock,
  );
  readonly submitting = new SubmitEvidence(
    new BeginSubmission(this.#once, this.books, this.ids, this.clock),
    this.carryOut,
  );
  readonly sweeps = new SweepDisputes(
    this.due,
    this.carryOut,
    this.refresh,
    new RemindOfDispute(this.store, this.disputes, this.clock),
    new FindDisputes(this.due, this.stripe, this.disputes, this.refresh),
  );

  /** The payment `pay_1`, which is `pi_1` at Stripe. */
  hasPayment(): void {
    this.store.tables.payments.set('pay_1', paymentIn({ status: 'succeeded', captured: 4_999 }).snapshot());
  }

  /** A dispute of the payment, of which we know. */
  async has(seen: DisputeObservation = disputed()): Promise<void> {
    this.hasPayment();
    this.stripe.shows(seen);
    await this.look();
    this.store.tables.disputeEvents.length = 0;
    this.stripe.calls.length = 0;
  }

  look(cause = 'event:evt_1'): Promise<boolean> {
    return this.refresh.execute({ dispute: 'du_1', cause });
  }

  draft(...changes: EvidenceChange[]) {
    return this.save.execute({ disputeId: 'du_1', changes, idempotency: null });
  }

  submit(key: string | null = null) {
    const idempotency = key === null ? null : submitScope(key);
    return this.submitting.execute({ disputeId: 'du_1', idempotency, actor: 'key:key_1' });
  }

  /** Time goes by, and the sweeper with it. */
  async letTimePass(milliseconds: number): Promise<DisputesSweep> {
    this.clock.move(milliseconds);
    return this.sweeps.execute();
  }

  get dispute(): DisputeProps {
    return this.store.tables.disputes.get('du_1')!;
  }

  /** The last one that was begun. */
  get submission(): SubmissionProps {
    return [...this.store.tables.submissions.values()].at(-1)!;
  }

  /** The fields that are drafts, with what they say. */
  get drafted(): Record<string, string> {
    const drafts = [...this.store.tables.evidence.values()].filter(({ submissionId }) => submissionId === null);
    return Object.fromEntries(
      drafts.map(({ field, content }) => [field, content.kind === 'text' ? content.text : content.name]),
    );
  }

  /** What stands on the history of the payment, without the dispute's prefix. */
  get events(): string[] {
    return this.store.tables.disputeEvents.map(({ type }) => type.replace('dispute.', ''));
  }
}

function submitScope(key: string): IdempotencyScope {
  return { principal: 'key:key_1', route: 'POST /disputes/{id}/submit-evidence', key, fingerprint: 'du_1' };
}
