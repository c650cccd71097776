import { ApiProperty } from '@nestjs/swagger';
import { JOB_STATES, type JobState } from '../../../application/job/job-queries';
import { JOB_NAMES, type JobName } from '../../../application/shared/job-queue';

const nullableText = (example: string | null, description = '') =>
  ({ type: 'string', nullable: true, example, ...(description === '' ? {} : { description }) }) as const;
const nullableTime = (description: string) =>
  ({ type: 'string', nullable: true, format: 'date-time', description }) as const;
const STATES =
  '`waiting` for its turn, `working`, `failing` while it waits for its next try, `dead` when it was given up, and ' +
  '`discarded` by a person.';

/** Work that is done later. */
export class JobDto {
  @ApiProperty({ example: 'job_000000000042', description: 'It stays the same when the job is given up and redriven.' })
  id!: string;
  @ApiProperty({ enum: JOB_NAMES })
  queue!: JobName;
  @ApiProperty({ example: 'pi_3PabcDEF12345678', description: 'What it is about.' })
  key!: string;
  @ApiProperty({ enum: JOB_STATES, description: STATES })
  state!: JobState;
  @ApiProperty(nullableText('pay_01jd8x3v5ze6w9q2r4t7y8v1p0'))
  paymentId!: string | null;
  @ApiProperty({ type: 'integer', example: 14 })
  tries!: number;
  @ApiProperty(nullableText('Error: broken', 'The last one.'))
  failure!: string | null;
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
  @ApiProperty(nullableTime('Its next turn; of one in work, when another may take it.'))
  dueAt!: string | null;
  @ApiProperty(nullableTime('When it was given up.'))
  diedAt!: string | null;
}

export class JobPageDto {
  @ApiProperty({ type: [JobDto] })
  data!: readonly JobDto[];
  @ApiProperty(nullableText(null))
  nextCursor!: string | null;
}

export class JobFailureDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Null where Stripe did not answer, which is no try.' })
  try!: number | null;
  @ApiProperty({ example: 'Error: broken' })
  failure!: string;
  @ApiProperty({ type: 'integer', example: 1, description: 'How often in a row it was put off.' })
  times!: number;
  @ApiProperty(nullableTime('Until when it was put off.'))
  until!: string | null;
}

export class JobEventDto {
  @ApiProperty({ example: 'evt_3PabcDEF12345678' })
  id!: string;
  @ApiProperty({ example: 'payment_intent.succeeded' })
  type!: string;
  @ApiProperty({ example: 'pi_3PabcDEF12345678' })
  objectId!: string;
  @ApiProperty({ format: 'date-time' })
  receivedAt!: string;
}

export class JobDiscardDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;
  @ApiProperty({ example: 'sub:staff_7' })
  by!: string;
  @ApiProperty({ example: 'The object belongs to a test of ours.' })
  reason!: string;
}

export class JobDetailsDto extends JobDto {
  @ApiProperty({ type: [JobFailureDto], description: 'The last twenty, oldest first.' })
  failures!: readonly JobFailureDto[];
  @ApiProperty({ type: [JobEventDto], description: 'The events that wait to be worked on by it.' })
  events!: readonly JobEventDto[];
  @ApiProperty({ type: JobDiscardDto, nullable: true })
  discarded!: JobDiscardDto | null;
}

export class RedrivenDto {
  @ApiProperty({ type: 'integer', example: 12 })
  redriven!: number;
  @ApiProperty({ type: 'integer', example: 0, description: 'Dead letters that this still finds: ask again for them.' })
  left!: number;
}
