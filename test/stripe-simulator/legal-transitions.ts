import type { EventRecord } from '../support/simulator-control';

type Transitions = Readonly<Record<string, readonly string[]>>;

const TRYING = ['requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'canceled'];

/** By kind of object: which status may follow which. `''` stands before the first; what leads nowhere is an end. */
const LEGAL: Readonly<Record<string, Transitions>> = {
  payment_intent: {
    '': ['requires_payment_method', 'requires_confirmation'],
    requires_payment_method: [...TRYING, 'requires_capture', 'succeeded'],
    requires_confirmation: [...TRYING, 'requires_capture', 'succeeded'],
    requires_action: [...TRYING, 'requires_capture', 'succeeded'],
    processing: ['requires_payment_method', 'succeeded', 'canceled'],
    requires_capture: ['succeeded', 'canceled'],
    succeeded: [],
    canceled: [],
  },
  setup_intent: {
    '': ['requires_payment_method', 'requires_confirmation'],
    requires_payment_method: [...TRYING, 'succeeded'],
    requires_confirmation: [...TRYING, 'succeeded'],
    requires_action: [...TRYING, 'succeeded'],
    processing: ['requires_payment_method', 'succeeded', 'canceled'],
    succeeded: [],
    canceled: [],
  },
  charge: {
    '': ['pending', 'succeeded', 'failed'],
    pending: ['succeeded', 'failed'],
    succeeded: [],
    failed: [],
  },
  refund: {
    '': ['pending', 'requires_action', 'succeeded', 'failed'],
    pending: ['requires_action', 'succeeded', 'failed', 'canceled'],
    requires_action: ['pending', 'succeeded', 'failed', 'canceled'],
    // A bank may send the money back days after it took it.
    succeeded: ['failed'],
    failed: [],
    canceled: [],
  },
  dispute: {
    '': ['warning_needs_response', 'needs_response', 'lost'],
    warning_needs_response: ['warning_under_review', 'warning_closed', 'needs_response'],
    warning_under_review: ['warning_closed', 'needs_response'],
    needs_response: ['under_review', 'won', 'lost'],
    under_review: ['won', 'lost'],
    warning_closed: [],
    won: [],
    lost: [],
  },
  payout: {
    '': ['pending'],
    pending: ['in_transit', 'paid', 'failed', 'canceled'],
    in_transit: ['paid', 'failed', 'canceled'],
    // A bank may send the money back days after it took it.
    paid: ['failed'],
    failed: [],
    canceled: [],
  },
  invoice: {
    '': ['draft'],
    draft: ['open', 'paid'],
    open: ['paid', 'void', 'uncollectible'],
    uncollectible: ['paid', 'void'],
    paid: [],
    void: [],
  },
  subscription: {
    '': ['incomplete', 'trialing', 'active'],
    incomplete: ['active', 'trialing', 'incomplete_expired'],
    incomplete_expired: [],
    trialing: ['active', 'past_due', 'paused', 'canceled', 'unpaid'],
    active: ['past_due', 'canceled', 'unpaid', 'paused', 'trialing'],
    past_due: ['active', 'canceled', 'unpaid', 'trialing'],
    unpaid: ['active', 'canceled', 'past_due', 'trialing'],
    paused: ['active', 'past_due', 'canceled', 'trialing'],
    canceled: [],
  },
};

interface Shown {
  id?: string;
  object?: string;
  status?: string | null;
}

/** Steps between statuses that Stripe does not know, as its events, the oldest first, tell of them. */
export function illegalSteps(events: readonly EventRecord[]): string[] {
  const last = new Map<string, string>();
  const illegal: string[] = [];
  for (const { type, data } of events) {
    // Each of these kinds of object has a status.
    const { id = '', object = '', status } = data.object as Shown;
    const legal = LEGAL[object];
    if (legal === undefined || type.endsWith('.upcoming')) continue;
    const before = last.get(id) ?? '';
    const now = status ?? '';
    if (before !== now && legal[before]?.includes(now) !== true) {
      illegal.push(`${object} from '${before}' to '${now}' with ${type}`);
    }
    last.set(id, now);
  }
  return illegal;
}

/** The objects whose events ended with another status than the one that they have. */
export function untoldSteps(events: readonly EventRecord[], objects: readonly Shown[]): string[] {
  const last = new Map(events.map(({ data }) => [(data.object as Shown).id, (data.object as Shown).status]));
  return objects
    .filter(({ id, status }) => last.has(id) && last.get(id) !== status)
    .map(({ id, status }) => `${id ?? ''} is ${status ?? ''}, but was told to be ${last.get(id) ?? ''}`);
}
