import { HAND_OVER_AFTER } from '../../domain/payment/settlement';
import type { Refund } from '../../domain/refund/refund';
import type { Refunds } from '../../domain/refund/refunds';
import { DONE, type StepResult } from '../../domain/saga/step-result';
import type { SagaOutline } from '../../domain/saga/saga';
import type { SagaContext, SagaDefinition, SagaStepDefinition } from '../saga/saga-definition';
import type { Clock } from '../shared/clock';
import type { PostedFacts } from '../shared/posted-facts';
import type { DriveRefund } from './drive-refund';
import type { TellCustomer } from './tell-customer';

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long a bank or the customer may take before somebody should ask. */
const AT_THE_BANK_FOR = 30 * DAY;
/** Whatever is decided wakes it; this is for an instance of a version before, which does not know of that. */
const LOOKED_AT_EVERY = 6 * HOUR;

/** Facts are posted about once a second. */
const POSTED_AFTER = SECOND;

export const REFUND_SAGA: SagaOutline = { kind: 'refund', steps: ['approval', 'stripe', 'ledger', 'notice'] };

/**
 * Conducts a refund: approval, Stripe, the ledger, the customer's notice. What became of the money is the refund's own
 * state alone; the steps read it, and have it driven by the use cases that the sweeper has as well.
 */
export class RefundSaga implements SagaDefinition {
  readonly kind = REFUND_SAGA.kind;
  readonly steps: readonly SagaStepDefinition[] = [
    {
      name: 'approval',
      // It has a last day of its own, after which it is withdrawn.
      limit: null,
      advice: (id) => `Decide about it: cashdesk refunds approve ${id}, or reject ${id}.`,
      run: (context) => this.approval(context),
    },
    {
      name: 'stripe',
      limit: HAND_OVER_AFTER,
      advice: (id) => `See what is known of it: cashdesk refunds show ${id}.`,
      run: (context) => this.stripe(context),
      compensate: (context) => this.refused(context),
    },
    {
      name: 'ledger',
      limit: HOUR,
      advice: () => 'See what waits to be posted: cashdesk ledger verify.',
      run: (context) => this.posted(context),
      compensate: (context) => this.reversed(context),
    },
    {
      name: 'notice',
      limit: HOUR,
      advice: (id) => `See what the customer was told: cashdesk refunds show ${id}.`,
      run: (context) => this.told(context),
    },
  ];

  constructor(
    private readonly refunds: Refunds,
    private readonly drive: DriveRefund,
    private readonly facts: PostedFacts,
    private readonly tell: TellCustomer,
    private readonly clock: Clock,
  ) {}

  /** Also days after it succeeded, a bank may send the money back. */
  readonly overturned = async (subject: string): Promise<string | null> => {
    const refund = await this.find(subject);
    return refund.status === 'succeeded' ? null : endOf(refund);
  };

  private async approval({ subject }: SagaContext): Promise<StepResult> {
    const refund = await this.drive.execute(subject);
    const { expiresAt, decidedBy } = refund.snapshot();
    switch (refund.status) {
      case 'requested': {
        const until = Math.min(this.clock.now().getTime() + LOOKED_AT_EVERY, expiresAt?.getTime() ?? Infinity);
        const wait = { kind: 'waiting', for: 'somebody to approve it', deadline: expiresAt } as const;
        return { ...wait, until: new Date(until) };
      }
      case 'rejected':
      case 'withdrawn':
      case 'superseded':
        return { kind: 'failed_for_good', reason: endOf(refund) };
      default:
        return { ...DONE, note: decidedBy === null ? 'None was needed.' : `Approved by ${decidedBy}.` };
    }
  }

  private async stripe({ subject }: SagaContext): Promise<StepResult> {
    const refund = await this.drive.execute(subject);
    const { nextCheckAt, firstSentAt, decidedAt, createdAt } = refund.snapshot();
    const until = this.atLeast(SECOND, nextCheckAt);
    const since = (firstSentAt ?? decidedAt ?? createdAt).getTime();
    switch (refund.status) {
      case 'succeeded':
        return DONE;
      case 'approved':
      case 'executing':
      case 'unknown':
        return { kind: 'waiting', for: "Stripe's answer", until, deadline: new Date(since + HAND_OVER_AFTER) };
      case 'pending':
      case 'requires_action': {
        const who = refund.status === 'pending' ? 'the bank' : 'the customer, whom Stripe asks where it is to go';
        return { kind: 'waiting', for: who, until, deadline: new Date(since + AT_THE_BANK_FOR) };
      }
      default:
        return { kind: 'failed_for_good', reason: endOf(refund) };
    }
  }

  /** That it reserves nothing any more is the refund's own doing. What nobody but staff did, nobody has to be told. */
  private async refused({ subject, about, sagaId }: SagaContext): Promise<StepResult> {
    const refund = await this.find(subject);
    if (refund.reserves) throw new Error(`${subject} is ${refund.status} and still holds its money`);
    const told = await this.tell.execute(subject, about.id, 'failed', `saga:${sagaId}`);
    const note = told ? 'What it held is free again, and the customer is to be told.' : 'What it held is free again.';
    return { ...DONE, note };
  }

  private async posted({ subject }: SagaContext): Promise<StepResult> {
    const refund = await this.find(subject);
    if (refund.status !== 'succeeded') return { kind: 'failed_for_good', reason: endOf(refund) };
    const { posted } = await this.facts.of(subject);
    return posted.includes('refund_succeeded') ? DONE : this.untilPosted('the ledger');
  }

  private async reversed({ subject }: SagaContext): Promise<StepResult> {
    const { waiting, posted } = await this.facts.of(subject);
    if (waiting.length > 0) return this.untilPosted('the reversal in the ledger');
    if (!posted.includes('refund_succeeded')) return { ...DONE, note: 'Nothing was posted.' };
    return posted.includes('refund_reversed') ? DONE : this.untilPosted('the reversal in the ledger');
  }

  private async told({ subject, about, sagaId }: SagaContext): Promise<StepResult> {
    if (await this.tell.execute(subject, about.id, 'succeeded', `saga:${sagaId}`)) return DONE;
    return { kind: 'failed_for_good', reason: endOf(await this.find(subject)) };
  }

  private untilPosted(what: string): StepResult {
    return { kind: 'waiting', for: what, until: this.atLeast(POSTED_AFTER, null) };
  }

  private atLeast(pause: number, at: Date | null): Date {
    return new Date(Math.max(this.clock.now().getTime() + pause, at?.getTime() ?? 0));
  }

  private async find(id: string): Promise<Refund> {
    const refund = await this.refunds.find(id);
    if (refund === null) throw new Error(`refund ${id} does not exist`);
    return refund;
  }
}

/** Without Stripe's own words. */
function endOf(refund: Refund): string {
  const { failure } = refund.snapshot();
  return failure === null ? `the refund is ${refund.status}` : `the refund is ${refund.status} (${failure.code})`;
}
