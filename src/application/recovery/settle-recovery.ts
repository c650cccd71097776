import type { SettleSetupByPerson } from '../customer/settle-setup-by-person';
import type { SettleSubmissionByPerson } from '../dispute/settle-submission-by-person';
import type { CloseAttention } from '../payment/close-attention';
import type { SettleAttemptByPerson } from '../payment/settle-by-person';
import type { SettleRefundByPerson } from '../refund/settle-refund-by-person';
import { err, type Result } from '../../domain/shared/result';
import type { SettleProblem } from '../shared/settle-problem';
import type { RecoveryNotes, Verdict } from './recovery-notes';
import { kindOfId, type RecoveryKind } from './recovery-queries';

/** What a person says happened. Nothing is believed of it that Stripe does not show. */
export type Proof =
  /** Stripe made this of it: `pi_…`, `re_…`, `seti_…`, or the dispute that has the evidence. */
  | { readonly kind: 'object'; readonly object: string }
  | { readonly kind: 'no_effect' }
  /** It was looked into: there is nothing to find out. */
  | { readonly kind: 'looked_into' };

export interface SettleCommand {
  readonly id: string;
  readonly proof: Proof;
  readonly note: string;
  readonly by: string;
}

/** How each kind is settled by a person. */
export class Settlers {
  constructor(
    readonly attempts: SettleAttemptByPerson,
    readonly payments: CloseAttention,
    readonly refunds: SettleRefundByPerson,
    readonly setups: SettleSetupByPerson,
    readonly submissions: SettleSubmissionByPerson,
  ) {}
}

type Settled = Result<void, SettleProblem>;
type Kind = Exclude<RecoveryKind, 'customer'>;

/** What proves each kind, besides that nothing happened. */
const TAKES: Readonly<Record<Kind, { readonly prefix: RegExp; readonly says: string }>> = {
  attempt: { prefix: /^pi_/, says: '--intent pi_… or --no-effect' },
  payment: { prefix: /^(?!)/, says: 'nothing but --note' },
  refund: { prefix: /^(re|pyr)_/, says: '--refund re_… or --no-effect' },
  setup: { prefix: /^seti_/, says: '--setup seti_… or --no-effect' },
  submission: { prefix: /^(du|dp|pdp)_/, says: '--dispute du_… or --no-effect' },
};

const VERDICTS: Readonly<Record<Proof['kind'], Verdict>> = {
  object: 'adopted',
  no_effect: 'no_effect',
  looked_into: 'attention_closed',
};

/** Settles what is in doubt, or listed, by the word of a person and the sight of Stripe; why is kept. */
export class SettleRecovery {
  constructor(
    private readonly settlers: Settlers,
    private readonly notes: RecoveryNotes,
  ) {}

  async execute({ id, proof, note, by }: SettleCommand): Promise<Settled> {
    const kind = kindOfId(id);
    if (kind === null) return err({ kind: 'not_found' });
    if (kind === 'customer') return err({ kind: 'wrong_proof', takes: 'nothing: look again with recovery retry' });
    const cause = `person:${by}`;
    const settled = await this.settle(kind, id, proof, note, cause);
    if (!settled.ok) return settled;
    const stripeObject = proof.kind === 'object' ? proof.object : null;
    await this.notes.keep({ kind, subject: id, verdict: VERDICTS[proof.kind], stripeObject, by, note });
    return settled;
  }

  private async settle(kind: Kind, id: string, proof: Proof, note: string, by: string): Promise<Settled> {
    const { attempts, payments, refunds, setups, submissions } = this.settlers;
    const { prefix, says } = TAKES[kind];
    const wrong = err({ kind: 'wrong_proof', takes: says } as const);
    switch (proof.kind) {
      case 'object': {
        if (!prefix.test(proof.object)) return wrong;
        if (kind === 'attempt') return attempts.adopt(id, proof.object, by);
        if (kind === 'refund') return refunds.adopt(id, proof.object, by);
        if (kind === 'setup') return setups.adopt(id, proof.object, by);
        return submissions.adopt(id, proof.object, by);
      }
      case 'no_effect':
        if (kind === 'attempt') return attempts.noEffect(id, by);
        if (kind === 'refund') return refunds.noEffect(id, by, note);
        if (kind === 'setup') return setups.noEffect(id, by);
        return kind === 'submission' ? submissions.noEffect(id, by) : wrong;
      case 'looked_into':
        if (kind === 'payment') return payments.execute(id, by);
        return kind === 'refund' ? refunds.closeAttention(id, by) : wrong;
    }
  }
}
