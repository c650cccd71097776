import { ApiProperty } from '@nestjs/swagger';
import { DISPUTE_STATUSES, type DisputeStatus } from '../../../domain/dispute/dispute-status';
import { FILE_FIELDS, MEDIA_TYPES, TEXT_FIELDS, type EvidenceField } from '../../../domain/dispute/evidence';
import { SUBMISSION_STATES, type SubmissionState } from '../../../domain/dispute/submission';

const nullableText = (example: string | null, description = '') =>
  ({ type: 'string', nullable: true, example, ...(description === '' ? {} : { description }) }) as const;
const nullableTime = { type: 'string', nullable: true, format: 'date-time' } as const;

export class BalanceTransactionDto {
  @ApiProperty({ example: 'txn_1' })
  id!: string;
  @ApiProperty({ type: 'integer', example: -4999, description: 'Negative where it was withdrawn; without the fee.' })
  amount!: number;
  @ApiProperty({ type: 'integer', example: 2000 })
  fee!: number;
  @ApiProperty({ type: 'integer', example: -6999 })
  net!: number;
  @ApiProperty({ example: 'gbp', description: 'In which the account settles.' })
  currency!: string;
  @ApiProperty({ format: 'date-time' })
  at!: string;
}

/** A dispute or inquiry as Stripe shows it. */
export class DisputeDto {
  @ApiProperty({ example: 'du_1' })
  id!: string;
  @ApiProperty(nullableText('pay_01jd8x3v5ze6w9q2r4t7y8v1p0', 'Null where the charge is of no payment of Cashdesk.'))
  payment!: string | null;
  @ApiProperty({ example: 'ch_1' })
  charge!: string;
  @ApiProperty({ enum: DISPUTE_STATUSES })
  status!: DisputeStatus;
  @ApiProperty({ description: 'The bank only asks: nothing was withdrawn.' })
  inquiry!: boolean;
  @ApiProperty({ example: 'fraudulent' })
  reason!: string;
  @ApiProperty(nullableText('10.4', "The network's own code."))
  networkReason!: string | null;
  @ApiProperty({ type: 'integer', example: 4999 })
  amount!: number;
  @ApiProperty({ example: 'gbp' })
  currency!: string;
  @ApiProperty({ ...nullableTime, description: 'Until when evidence is taken; null where the bank takes none.' })
  dueBy!: string | null;
  @ApiProperty({ description: 'The last evidence came after the deadline.' })
  pastDue!: boolean;
  @ApiProperty({ type: 'integer', example: 0 })
  submissionCount!: number;
  @ApiProperty()
  hasEvidence!: boolean;
  @ApiProperty({ description: 'Whether the charge may still be refunded, by Stripe.' })
  chargeRefundable!: boolean;
  @ApiProperty({ type: [BalanceTransactionDto] })
  balanceTransactions!: readonly BalanceTransactionDto[];
  @ApiProperty(nullableText(null, 'Why a person must look at it.'))
  attention!: string | null;
  @ApiProperty({ format: 'date-time' })
  openedAt!: string;
  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

export class DisputePageDto {
  @ApiProperty({ type: [DisputeDto] })
  data!: readonly DisputeDto[];
  @ApiProperty(nullableText(null))
  nextCursor!: string | null;
}

export class EvidenceFileDto {
  @ApiProperty({ example: 'receipt.pdf' })
  name!: string;
  @ApiProperty({ enum: MEDIA_TYPES })
  mediaType!: string;
  @ApiProperty({ type: 'integer', example: 48213 })
  size!: number;
  @ApiProperty({ description: 'In hexadecimal.' })
  sha256!: string;
  @ApiProperty(nullableText('file_1', 'Once it was uploaded to Stripe.'))
  stripeFile!: string | null;
}

export class EvidenceDto {
  @ApiProperty({ enum: [...TEXT_FIELDS, ...FILE_FIELDS] })
  field!: EvidenceField;
  @ApiProperty(nullableText('A course of five days.'))
  text!: string | null;
  @ApiProperty({ type: EvidenceFileDto, nullable: true })
  file!: EvidenceFileDto | null;
  @ApiProperty({ format: 'date-time' })
  savedAt!: string;
}

export class SubmissionFailureDto {
  @ApiProperty({ example: 'past_deadline' })
  code!: string;
  @ApiProperty(nullableText(null))
  field!: string | null;
}

export class SubmissionDto {
  @ApiProperty({ example: 'evs_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  id!: string;
  @ApiProperty({ enum: SUBMISSION_STATES, description: '`unknown` while it is found out whether Stripe has it.' })
  state!: SubmissionState;
  @ApiProperty({ example: 'key:key_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  by!: string;
  @ApiProperty({ type: SubmissionFailureDto, nullable: true })
  failure!: SubmissionFailureDto | null;
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
  @ApiProperty(nullableTime)
  settledAt!: string | null;
  @ApiProperty({ type: [EvidenceDto] })
  evidence!: readonly EvidenceDto[];
}

export class DisputeDetailsDto extends DisputeDto {
  @ApiProperty({ type: [EvidenceDto], description: 'Collected and not submitted.' })
  draft!: readonly EvidenceDto[];
  @ApiProperty({ type: [SubmissionDto], description: 'Oldest first.' })
  submissions!: readonly SubmissionDto[];
}
