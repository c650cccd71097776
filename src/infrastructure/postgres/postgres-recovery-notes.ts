import { RecoveryNotes, type KeptNote, type RecoveryNote } from '../../application/recovery/recovery-notes';
import type { Cipher } from '../../application/shared/cipher';
import type { Identifiers } from '../../application/shared/identifiers';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

const KEEP = `
INSERT INTO recovery_notes (id, stripe_account, livemode, kind, subject, payment_id, verdict, stripe_object, settled_by, note)
VALUES ($1, $2, $3, $4, $5,
  coalesce((SELECT payment_id FROM attempts WHERE id = $5), (SELECT payment_id FROM refunds WHERE id = $5),
    (SELECT id FROM payments WHERE id = $5)),
  $6, $7, $8, $9)`;

const OF = `
SELECT id, kind, subject, verdict, stripe_object AS "stripeObject", settled_by AS by, note,
  to_char(settled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
FROM recovery_notes WHERE subject = $1 ORDER BY settled_at, id`;

export class PostgresRecoveryNotes extends RecoveryNotes {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
    private readonly cipher: Cipher,
    private readonly identifiers: Identifiers,
  ) {
    super();
  }

  override async keep({ kind, subject, verdict, stripeObject, by, note }: RecoveryNote): Promise<void> {
    const id = this.identifiers.next('rcn');
    const { account, livemode } = this.binding.current();
    const sealed = this.cipher.seal(note, contextOf(id));
    await this.unitOfWork.rows(KEEP, [id, account, livemode, kind, subject, verdict, stripeObject, by, sealed]);
  }

  override async of(subject: string): Promise<KeptNote[]> {
    const rows = await this.unitOfWork.rows<KeptNote & { readonly id: string }>(OF, [subject]);
    return rows.map(({ id, ...kept }) => ({ ...kept, note: this.cipher.open(kept.note, contextOf(id)) }));
  }
}

function contextOf(id: string): string {
  return `recovery_notes.note:${id}`;
}
