import { ApiProperty } from '@nestjs/swagger';
import type { AuditDetail } from '../../../application/audit/audit-detail';
import type { AuditView } from '../../../application/audit/audit-queries';
import type { Page } from '../../../application/shared/page';
import { AUDIT_PHASES, type AuditChannel, type AuditPhase } from '../../../domain/audit/audit-entry';

const nullableText = (example: string | null, description: string) =>
  ({ type: 'string', nullable: true, example, description }) as const;
const PHASES =
  '`asked` stands before what was done and `outcome` after it; `denied` for what was not done for want of a right; ' +
  '`alarm` where the head did not fit the chain.';

/** An entry of the audit trail as the API shows it. */
export class AuditEntryDto {
  @ApiProperty({ type: 'integer', example: 42, description: 'From 1 on, without gaps.' })
  sequence!: number;
  @ApiProperty({ format: 'date-time', example: '2026-12-01T10:00:00.123456Z' })
  occurredAt!: string;
  @ApiProperty({ enum: AUDIT_PHASES, description: PHASES })
  phase!: AuditPhase;
  @ApiProperty({ type: 'integer', nullable: true, example: 41, description: 'Of an outcome: what was asked.' })
  asked!: number | null;
  @ApiProperty({ example: 'sub:staff_7' })
  principal!: string;
  @ApiProperty({ example: 'finance' })
  role!: string;
  @ApiProperty({ enum: ['http', 'cli'] })
  channel!: AuditChannel;
  @ApiProperty({ example: 'POST /payments/{id}/capture' })
  action!: string;
  @ApiProperty(nullableText('pay_01jd8x3v5ze6w9q2r4t7y8v1p0', 'What it was done to; of an outcome also what was made.'))
  target!: string | null;
  @ApiProperty({ example: 'req_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  requestId!: string;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 200,
    description: 'Of HTTP, or the exit code of a command.',
  })
  status!: number | null;
  @ApiProperty(nullableText(null, 'Of a problem.'))
  code!: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { amount: 3000 },
    description: 'What was given, by name; `given` stands for what may be personal.',
  })
  detail!: AuditDetail | null;
  @ApiProperty({ example: 'b7'.repeat(32), description: 'Links it with the entry before.' })
  hash!: string;
}

export class AuditPageDto {
  @ApiProperty({ type: [AuditEntryDto] })
  data!: AuditEntryDto[];
  @ApiProperty(nullableText(null, 'Send it as `cursor` for the next page; null on the last one.'))
  nextCursor!: string | null;
}

export function auditPageOf({ data, nextCursor }: Page<AuditView>): AuditPageDto {
  return { data: [...data], nextCursor };
}
