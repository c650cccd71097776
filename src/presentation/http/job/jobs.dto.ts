import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { JOB_STATES, type JobFilter, type JobState } from '../../../application/job/job-queries';
import type { DeadLetterFilter } from '../../../application/job/dead-letters';
import { JOB_NAMES, type JobName } from '../../../application/shared/job-queue';
import { PageQueryDto } from '../page-query.dto';
import { Flag, Matches, OneOf, Optional, Text } from '../rules';

const SECONDS = /^\d{1,9}$/;
export const MOST_REDRIVEN = 1_000;

/** A query is text: each value is checked as text and converted here. */
export class ListJobsDto extends PageQueryDto {
  @ApiPropertyOptional({ enum: JOB_STATES, description: 'Without it, all but what was discarded.' })
  @Optional()
  @OneOf(JOB_STATES)
  state?: JobState;

  @ApiPropertyOptional({ enum: JOB_NAMES })
  @Optional()
  @OneOf(JOB_NAMES)
  queue?: JobName;

  @ApiPropertyOptional({ type: 'integer', description: 'Only those that came so many seconds ago.', example: 600 })
  @Optional()
  @Matches(SECONDS, 'must be a number of seconds')
  olderThan?: string;
}

export function jobFilterOf({ state, queue, olderThan }: ListJobsDto): JobFilter {
  return {
    ...(state === undefined ? {} : { state }),
    ...(queue === undefined ? {} : { queue }),
    ...(olderThan === undefined ? {} : { olderThan: Number(olderThan) }),
  };
}

/** Which dead letters; `all` where none of the others is given. */
export class RedriveJobsDto {
  @ApiPropertyOptional({ description: 'All that the others let through. Needed where nothing else is given.' })
  @Optional()
  @Flag()
  all?: boolean;

  @ApiPropertyOptional({ enum: JOB_NAMES })
  @Optional()
  @OneOf(JOB_NAMES)
  queue?: JobName;

  @ApiPropertyOptional({ maxLength: 200, example: 'timeout', description: 'Their last failure contains this.' })
  @Optional()
  @Text(200)
  failure?: string;
}

export function deadLettersOf({ queue, failure }: RedriveJobsDto): DeadLetterFilter {
  return { ...(queue === undefined ? {} : { queue }), ...(failure === undefined ? {} : { failure }) };
}

export class DiscardJobDto {
  @ApiProperty({
    maxLength: 500,
    example: 'The object belongs to a test of ours.',
    description: 'For whoever asks later.',
  })
  @Text(500)
  reason!: string;
}
