import { ApiPropertyOptional } from '@nestjs/swagger';
import { CANCELLATION_REASONS, type CancellationReason } from '../../../domain/payment/attempt';
import { OneOf, Optional, Rule } from '../rules';
import { amountReason } from './payment-rules';

export class CapturePaymentDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'Minor units; all of it when left out.' })
  @Optional()
  @Rule('amount', amountReason)
  amount?: number;
}

export class CancelPaymentDto {
  @ApiPropertyOptional({ enum: CANCELLATION_REASONS, default: 'requested_by_customer' })
  @Optional()
  @OneOf(CANCELLATION_REASONS)
  reason: CancellationReason = 'requested_by_customer';
}
