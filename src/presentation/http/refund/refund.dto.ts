import { ApiProperty } from '@nestjs/swagger';
import type { TimelineEntry } from '../../../application/payment/payment-queries';
import type { RefundView } from '../../../application/refund/refund-view';
import type { RefundDecision } from '../../../domain/refund/refund-decision';
import { REFUND_ORIGINS, type RefundOrigin } from '../../../domain/refund/refund';
import { REFUND_STATUSES, type RefundStatus } from '../../../domain/refund/refund-status';
import { TimelineEntryDto, timelineOf } from '../payment/timeline.dto';

const nullableText = (example: string | null, description = '') =>
  ({ type: 'string', nullable: true, example, ...(description === '' ? {} : { description }) }) as const;
const nullableTime = (description: string) =>
  ({ type: 'string', format: 'date-time', nullable: true, description }) as const;

class RefundFailureDto {
  @ApiProperty({ example: 'expired_or_canceled_card' })
  code!: string;
  @ApiProperty(nullableText(null, "Stripe's own words, where it refused the refund."))
  message!: string | null;
}

class RefundDecisionDto {
  @ApiProperty({ example: 'training' })
  policy!: string;
  @ApiProperty({ example: 'training-1', description: 'The version of the policies that decided.' })
  version!: string;
  @ApiProperty({ example: 'half_until_7_days_before' })
  rule!: string;
  @ApiProperty({ type: 'integer', description: 'The most that came back by it then, in minor units.' })
  maximum!: number;
  @ApiProperty({ description: 'The decision, to be shown to a person.' })
  sentence!: string;
}

/** A refund as the API shows it to staff. */
export class RefundDto {
  @ApiProperty({ example: 'ref_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  id!: string;
  @ApiProperty({ example: 'pay_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  paymentId!: string;
  @ApiProperty({
    enum: REFUND_STATUSES,
    description:
      '`requested` waits for a decision; `approved` is to be sent; `unknown` is being found out; `failed` may also ' +
      'follow `succeeded`, days later.',
  })
  status!: RefundStatus;
  @ApiProperty({ enum: REFUND_ORIGINS, description: "Asked for here, or made in Stripe's dashboard." })
  origin!: RefundOrigin;
  @ApiProperty({ type: 'integer', example: 2500, description: 'In minor units.' })
  amount!: number;
  @ApiProperty({ example: 'gbp' })
  currency!: string;
  @ApiProperty(nullableText('requested_by_customer'))
  reason!: string | null;
  @ApiProperty(nullableText(null, 'What who asked wrote.'))
  note!: string | null;
  @ApiProperty(nullableText('sub:sue', 'Who asked; null for one of the dashboard.'))
  requestedBy!: string | null;
  @ApiProperty({ type: RefundDecisionDto, nullable: true, description: 'What the policy said when it was asked for.' })
  decision!: RefundDecisionDto | null;
  @ApiProperty(nullableTime('Until when it is to be decided; it is withdrawn then.'))
  expiresAt!: string | null;
  @ApiProperty(nullableText('sub:fred', 'Who decided; null where nobody had to, or nobody did.'))
  decidedBy!: string | null;
  @ApiProperty(nullableTime('When that was.'))
  decidedAt!: string | null;
  @ApiProperty(nullableText(null, 'What who decided wrote.'))
  decisionNote!: string | null;
  @ApiProperty(nullableText('re_3QEXAMPLE', "Stripe's id, once it is known."))
  stripeRefund!: string | null;
  @ApiProperty(nullableText(null, 'Why Stripe lets it wait: `processing`, `insufficient_funds`, `charge_pending`.'))
  pendingReason!: string | null;
  @ApiProperty({ type: RefundFailureDto, nullable: true })
  failure!: RefundFailureDto | null;
  @ApiProperty(nullableText(null, 'Why a person must look at it.'))
  attention!: string | null;
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

export class RefundDetailDto extends RefundDto {
  @ApiProperty({ type: [TimelineEntryDto], description: 'What happened to it, oldest first.' })
  timeline!: TimelineEntryDto[];
}

export class RefundPageDto {
  @ApiProperty({ type: [RefundDto] })
  data!: RefundDto[];
  @ApiProperty(nullableText(null, 'Send it as `cursor` for the next page; null on the last one.'))
  nextCursor!: string | null;
}

export function refundOf(view: RefundView): RefundDto {
  return {
    id: view.id,
    paymentId: view.paymentId,
    status: view.status,
    origin: view.origin,
    amount: view.amount,
    currency: view.currency,
    reason: view.reason,
    note: view.note,
    requestedBy: view.requestedBy,
    decision: view.decision && decisionOf(view.decision),
    expiresAt: view.expiresAt,
    decidedBy: view.decidedBy,
    decidedAt: view.decidedAt,
    decisionNote: view.decisionNote,
    stripeRefund: view.stripeRefund,
    pendingReason: view.pendingReason,
    failure: view.failure,
    attention: view.attention,
    createdAt: view.createdAt,
    updatedAt: view.updatedAt,
  };
}

export function refundWithTimeline(view: RefundView, entries: readonly TimelineEntry[]): RefundDetailDto {
  return Object.assign(new RefundDetailDto(), refundOf(view), { timeline: timelineOf(entries).data });
}

function decisionOf({ policy, version, rule, maximum, sentence }: RefundDecision): RefundDecisionDto {
  return { policy, version, rule, maximum, sentence };
}
