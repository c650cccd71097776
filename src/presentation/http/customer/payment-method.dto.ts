import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { PaymentMethodView } from '../../../application/customer/payment-method-view';
import { PAYMENT_METHOD_STATES, type PaymentMethodState } from '../../../domain/customer/payment-method';
import { PageQueryDto } from '../page-query.dto';
import { Optional, Rule } from '../rules';
import { ConsentDto } from './setup.dto';

const nullableText = (example: string | null) => ({ type: 'string', nullable: true, example }) as const;

export class ExpiryDto {
  @ApiProperty({ type: 'integer', example: 2029 })
  year!: number;
  @ApiProperty({ type: 'integer', example: 4, description: 'It can be charged until the last day of this month.' })
  month!: number;
}

/** A saved payment method as the API shows it. */
export class PaymentMethodDto {
  @ApiProperty({ example: 'pm_1QK2eZ2eZvKYlo2C' })
  id!: string;
  @ApiProperty({ example: 'cus_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  customer!: string;
  @ApiProperty({ enum: PAYMENT_METHOD_STATES, description: '`detaching` while its detachment is being found out.' })
  status!: PaymentMethodState;
  @ApiProperty({ example: 'card' })
  type!: string;
  @ApiProperty(nullableText('visa'))
  brand!: string | null;
  @ApiProperty(nullableText('4242'))
  last4!: string | null;
  @ApiProperty(nullableText('credit'))
  funding!: string | null;
  @ApiProperty(nullableText('GB'))
  country!: string | null;
  @ApiProperty({ type: ExpiryDto, nullable: true })
  expiry!: ExpiryDto | null;
  @ApiProperty({ description: 'It ends within 60 days, or has ended.' })
  expiresSoon!: boolean;
  @ApiProperty({ description: 'It is charged when nothing else is said.' })
  default!: boolean;
  @ApiProperty({ type: ConsentDto, nullable: true, description: 'Null where it was attached elsewhere.' })
  consent!: ConsentDto | null;
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

export class PaymentMethodsDto {
  @ApiProperty({ type: [PaymentMethodDto] })
  data!: PaymentMethodDto[];
}

export class PaymentMethodPageDto extends PaymentMethodsDto {
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Send it as `cursor` for the next page; null on the last one.',
  })
  nextCursor!: string | null;
}

const LONGEST = 366;
const DEFAULT_DAYS = 60;

export class ExpiringDto extends PageQueryDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: LONGEST, default: DEFAULT_DAYS })
  @Optional()
  @Rule('withinDays', (value) =>
    typeof value === 'string' && /^[1-9]\d{0,2}$/.test(value) && Number(value) <= LONGEST
      ? null
      : `must be an integer from 1 to ${String(LONGEST)}`,
  )
  withinDays?: string;
}

export function withinDaysOf({ withinDays }: ExpiringDto): number {
  return withinDays === undefined ? DEFAULT_DAYS : Number(withinDays);
}

export function paymentMethodDtoOf(view: PaymentMethodView): PaymentMethodDto {
  const { id, customer, status, type, brand, last4, funding, country, expiry, expiresSoon, consent, createdAt } = view;
  return {
    ...{ id, customer, status, type, brand, last4, funding, country, expiry, expiresSoon },
    default: view.default,
    ...{ consent, createdAt },
  };
}
