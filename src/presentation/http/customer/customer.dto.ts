import { ApiProperty } from '@nestjs/swagger';
import { STRIPE_STATUSES, type CustomerView, type StripeStatus } from '../../../application/customer/customer-view';
import type { Page } from '../../../application/shared/page';
import { AddressDto } from './customer-details.dto';

const nullableText = (example: string | null, description = '') =>
  ({ type: 'string', nullable: true, example, ...(description === '' ? {} : { description }) }) as const;

class CustomerRefusalDto {
  @ApiProperty({ example: 'email_invalid', description: "Stripe's own code." })
  code!: string;
  @ApiProperty(nullableText('email'))
  field!: string | null;
}

/** A customer as the API shows it. */
export class CustomerDto {
  @ApiProperty({ example: 'cus_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  id!: string;
  @ApiProperty(nullableText('user_42'))
  subject!: string | null;
  @ApiProperty(nullableText('ada@example.com'))
  email!: string | null;
  @ApiProperty(nullableText('Ada Lovelace'))
  name!: string | null;
  @ApiProperty(nullableText('+44 20 7946 0991'))
  phone!: string | null;
  @ApiProperty({ type: AddressDto, nullable: true })
  address!: AddressDto | null;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: {} })
  metadata!: Record<string, string>;
  @ApiProperty(nullableText('pm_1ABC', 'Charged when nothing else is said.'))
  defaultPaymentMethod!: string | null;
  @ApiProperty(nullableText('cus_ABC', "Stripe's own id; null until Stripe has made it."))
  stripeCustomer!: string | null;
  @ApiProperty({
    enum: STRIPE_STATUSES,
    description:
      '`pending` until Stripe took the last change; `refused` when it will not as it stands; `deleted` there, until it is needed again.',
  })
  stripeStatus!: StripeStatus;
  @ApiProperty({ type: CustomerRefusalDto, nullable: true })
  refusal!: CustomerRefusalDto | null;
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

export class CustomerPageDto {
  @ApiProperty({ type: [CustomerDto] })
  data!: CustomerDto[];
  @ApiProperty(nullableText(null, 'Send it as `cursor` for the next page; null on the last one.'))
  nextCursor!: string | null;
}

export function customerDtoOf(view: CustomerView): CustomerDto {
  return { ...view, metadata: { ...view.metadata } };
}

export function customerPageOf({ data, nextCursor }: Page<CustomerView>): CustomerPageDto {
  return { data: data.map(customerDtoOf), nextCursor };
}
