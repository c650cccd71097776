import { ApiPropertyOptional } from '@nestjs/swagger';
import { Optional, Rule, Text } from './rules';

export const MOST = 100;
export const DEFAULT_LIMIT = 20;

/** Which page of a list. A query is text: each value is checked as text and converted here. */
export class PageQueryDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST, default: DEFAULT_LIMIT })
  @Optional()
  @Rule('limit', (value) =>
    typeof value === 'string' && /^[1-9]\d{0,2}$/.test(value) && Number(value) <= MOST
      ? null
      : `must be an integer from 1 to ${String(MOST)}`,
  )
  limit?: string;

  @ApiPropertyOptional({ description: 'The `nextCursor` of the page before.' })
  @Optional()
  @Text(500)
  cursor?: string;
}

export function limitOf({ limit }: PageQueryDto): number {
  return limit === undefined ? DEFAULT_LIMIT : Number(limit);
}
