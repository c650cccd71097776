import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PAYMENT_METHOD } from '../payment/create-payment.dto';
import { PAYMENT_ID } from '../payment/payment-id.pipe';
import { urlReason } from '../payment/payment-rules';
import { Matches, Nullable, Rule } from '../rules';

export class ConfirmOwnPaymentDto {
  @ApiProperty({ example: 'pay_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  @Matches(PAYMENT_ID, "must be the id of a payment, 'pay_…'")
  paymentId!: string;

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    example: 'pm_1QEXAMPLE',
    maxLength: 255,
    description: 'A saved one of your own, or one that Stripe.js has just made.',
  })
  @Nullable()
  @Matches(PAYMENT_METHOD, "must be the id of a Stripe payment method, 'pm_…', of at most 255 characters")
  paymentMethod?: string | null;

  @ApiPropertyOptional({ type: 'string', nullable: true, format: 'uri', description: 'Where you come back to.' })
  @Nullable()
  @Rule('url', urlReason)
  returnUrl?: string | null;
}
