import { ApiPropertyOptional } from '@nestjs/swagger';
import type { CustomerFilter } from '../../../application/customer/customer-queries';
import { DEFAULT_LIMIT, MOST } from '../page-query.dto';
import { invalid } from '../problem';
import { Optional, Rule, Text } from '../rules';
import { emailReason } from './customer-rules';

/** In a body, so that no address and no subject stands in a URL, which is logged. */
export class SearchCustomersDto {
  @ApiPropertyOptional({ maxLength: 320, description: 'Compared without regard to case.' })
  @Optional()
  @Rule('email', emailReason)
  email?: string;

  @ApiPropertyOptional({ maxLength: 255 })
  @Optional()
  @Text(255)
  subject?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST, default: DEFAULT_LIMIT })
  @Optional()
  @Rule('limit', (value) =>
    Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST
      ? null
      : `must be an integer from 1 to ${String(MOST)}`,
  )
  limit: number = DEFAULT_LIMIT;

  @ApiPropertyOptional({ description: 'The `nextCursor` of the page before.' })
  @Optional()
  @Text(500)
  cursor?: string;
}

/** @throws ProblemException unless it says for whom to look, in one way. */
export function filterIn({ email, subject }: SearchCustomersDto): CustomerFilter {
  if (email !== undefined && subject === undefined) return { email };
  if (subject !== undefined && email === undefined) return { subject };
  throw invalid([{ field: 'email', reason: 'give either email or subject' }]);
}
