import { ApiProperty } from '@nestjs/swagger';
import type { TimelineEntry } from '../../../application/payment/payment-queries';

export class TimelineEntryDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;
  @ApiProperty({ enum: ['event', 'attempt', 'attempt_in_doubt', 'attempt_settled', 'webhook'] })
  kind!: TimelineEntry['kind'];
  @ApiProperty({ example: 'payment.succeeded' })
  what!: string;
  @ApiProperty({ example: 'attempt:att_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  cause!: string;
  @ApiProperty()
  id!: string;
  @ApiProperty({ type: 'object', additionalProperties: true })
  data!: Readonly<Record<string, unknown>>;
}

export class TimelineDto {
  @ApiProperty({ type: [TimelineEntryDto], description: 'Oldest first.' })
  data!: TimelineEntryDto[];
}

export function timelineOf(entries: readonly TimelineEntry[]): TimelineDto {
  return { data: entries.map(({ at, kind, what, cause, id, data }) => ({ at, kind, what, cause, id, data })) };
}
