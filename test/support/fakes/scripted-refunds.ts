import { RefundGateway, type RefundAnswer } from '../../../src/application/refund/refund-gateway';
import { GatewayUnavailable } from '../../../src/application/shared/gateway-unavailable';
import type { Payment } from '../../../src/domain/payment/payment';
import type { Refund } from '../../../src/domain/refund/refund';
import type { RefundSight } from '../../../src/domain/refund/refund-sight';
import { sightOf } from '../refund-samples';
import type { Trouble } from './scripted-stripe';

interface Call {
  readonly key: string;
  readonly amount: number;
  readonly replayed: boolean;
}

/** Stripe's refunds in little, with its idempotency keys, and answers that get lost when they are told to. */
export class ScriptedRefunds extends RefundGateway {
  /** By intent, oldest first. */
  readonly refunds = new Map<string, RefundSight[]>();
  /** Every call that reached Stripe, repeats too. */
  readonly calls: Call[] = [];
  lists = 0;
  unavailable = false;
  /** What is made of the next refunds; `succeeded` unless it says otherwise. */
  next: Partial<RefundSight> = {};
  /** Refuses the next ones with this code. */
  refusing: string | null = null;
  /** Runs when it was made, before the answer leaves: the place of a webhook that is faster. */
  beforeAnswer: (intent: string) => Promise<void> = () => Promise.resolve();
  /** Runs after the list was read and before it is handed over: the place of another writer. */
  beforeList: (intent: string) => Promise<void> = () => Promise.resolve();
  readonly #trouble: Trouble[] = [];
  readonly #answers = new Map<string, RefundAnswer>();
  #last = 0;

  strike(...trouble: Trouble[]): void {
    this.#trouble.push(...trouble);
  }

  /** Made or changed in the dashboard. */
  set(intent: string, given: Partial<RefundSight> & Pick<RefundSight, 'refund'>): void {
    const all = this.refunds.get(intent) ?? [];
    const known = all.find(({ refund }) => refund === given.refund);
    const base = known ?? sightOf({ refundId: null });
    this.refunds.set(intent, [...all.filter((each) => each !== known), { ...base, ...given }]);
  }

  override refusal(): string | null {
    return null;
  }

  override async send(payment: Payment, refund: Refund): Promise<RefundAnswer> {
    await new Promise((resolve) => setImmediate(resolve));
    const intent = payment.intent ?? '';
    const trouble = this.#trouble.shift();
    if (trouble === 'refused') return { kind: 'never_reached', message: 'No connection to Stripe.' };
    if (trouble === 'lost_before' || trouble === 'in_use') return lost('Lost on the way there.');
    const answer = this.once(intent, refund, trouble);
    await this.beforeAnswer(intent);
    return trouble === 'lost_after' ? lost('Lost on the way back.') : answer;
  }

  override async list(intent: string): Promise<RefundSight[]> {
    this.lists += 1;
    if (this.unavailable) throw new GatewayUnavailable('Stripe does not answer.');
    const all = [...(this.refunds.get(intent) ?? [])];
    await this.beforeList(intent);
    return all;
  }

  private once(intent: string, refund: Refund, trouble: Trouble | undefined): RefundAnswer {
    const { idempotencyKey: key, money } = refund;
    const first = this.#answers.get(key);
    this.calls.push({ key, amount: money.amount, replayed: first !== undefined });
    if (first?.kind === 'accepted') return this.asItIsNow(intent, first);
    if (first !== undefined) return first;
    const answer = trouble === 'stored_500' ? BROKEN : this.carryOut(intent, refund);
    this.#answers.set(key, trouble === 'stored_500_after' ? BROKEN : answer);
    return this.#answers.get(key)!;
  }

  private asItIsNow(intent: string, first: RefundAnswer & { kind: 'accepted' }): RefundAnswer {
    const seen = this.refunds.get(intent)?.find(({ refund }) => refund === first.seen.refund);
    return { kind: 'accepted', seen: seen ?? first.seen };
  }

  private carryOut(intent: string, refund: Refund): RefundAnswer {
    if (this.refusing !== null) return { kind: 'refused', code: this.refusing, message: 'Stripe refuses it.' };
    this.#last += 1;
    const { amount, currency } = refund.money;
    const made = sightOf({ refund: `re_${String(this.#last)}`, refundId: refund.id, amount, currency, ...this.next });
    this.refunds.set(intent, [...(this.refunds.get(intent) ?? []), made]);
    return { kind: 'accepted', seen: made };
  }
}

const BROKEN: RefundAnswer = { kind: 'unknown', doubt: 'server_error', message: 'Stripe failed.' };

function lost(message: string): RefundAnswer {
  return { kind: 'unknown', doubt: 'lost_answer', message };
}
