import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Address, CustomerDetails } from '../../../domain/customer/customer';
import { metadataReason } from '../metadata-rule';
import { Nullable, Rule, Text } from '../rules';
import { addressIn, addressReason, emailReason, phoneReason } from './customer-rules';

export class AddressDto implements Address {
  @ApiProperty({ type: 'string', nullable: true, required: false, maxLength: 200, example: '1 High Street' })
  line1!: string | null;
  @ApiProperty({ type: 'string', nullable: true, required: false, maxLength: 200, example: null })
  line2!: string | null;
  @ApiProperty({ type: 'string', nullable: true, required: false, maxLength: 200, example: 'London' })
  city!: string | null;
  @ApiProperty({ type: 'string', nullable: true, required: false, maxLength: 200, example: null })
  state!: string | null;
  @ApiProperty({ type: 'string', nullable: true, required: false, maxLength: 200, example: 'N1 1AA' })
  postalCode!: string | null;
  @ApiProperty({ type: 'string', nullable: true, required: false, example: 'GB', description: 'ISO 3166-1 alpha-2.' })
  country!: string | null;
}

/** What may be said of a customer; in a change, what is left out stays, and `null` clears. */
export class CustomerDetailsDto {
  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    maxLength: 255,
    description: "The `sub` of the customer's tokens, by which they are recognised under /billing.",
  })
  @Nullable()
  @Text(255)
  subject?: string | null;

  @ApiPropertyOptional({ type: 'string', nullable: true, maxLength: 320, example: 'ada@example.com' })
  @Nullable()
  @Rule('email', emailReason)
  email?: string | null;

  @ApiPropertyOptional({ type: 'string', nullable: true, maxLength: 200, example: 'Ada Lovelace' })
  @Nullable()
  @Text(200)
  name?: string | null;

  @ApiPropertyOptional({ type: 'string', nullable: true, maxLength: 20, example: '+44 20 7946 0991' })
  @Nullable()
  @Rule('phone', phoneReason)
  phone?: string | null;

  @ApiPropertyOptional({ type: AddressDto, nullable: true, description: 'Taken as a whole.' })
  @Nullable()
  @Rule('address', addressReason)
  address?: Partial<Address> | null;

  @ApiPropertyOptional({
    type: 'object',
    nullable: true,
    additionalProperties: { type: 'string', maxLength: 500 },
    maxProperties: 40,
    description: 'Taken as a whole. Kept at Stripe as well.',
  })
  @Nullable()
  @Rule('metadata', metadataReason)
  metadata?: Record<string, string> | null;
}

/** Only what was given. */
export function changesIn(dto: CustomerDetailsDto): Partial<CustomerDetails> {
  const { subject, email, name, phone, address, metadata } = dto;
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
    ...(phone === undefined ? {} : { phone }),
    ...(address === undefined ? {} : { address: address && addressIn(address) }),
    ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
  };
}
