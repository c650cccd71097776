import { ApiProperty } from '@nestjs/swagger';
import type { Principal } from '../../../application/access/principal';
import type { ShownSetup } from '../../../application/customer/setup-outcome';
import { SETUP_STATUSES, type SetupFailure } from '../../../domain/customer/setup';
import { failureFor } from '../payment/audience';

const STATUSES = [...SETUP_STATUSES, 'unknown'] as const;
const nullableText = (example: string | null, description = '') =>
  ({ type: 'string', nullable: true, example, ...(description === '' ? {} : { description }) }) as const;

export class ConsentDto {
  @ApiProperty({ example: 'cards-2026-11' })
  textVersion!: string;
  @ApiProperty({ format: 'date-time' })
  at!: string;
}

export class SetupActionDto {
  @ApiProperty({ example: 'redirect_to_url' })
  type!: string;
  @ApiProperty(nullableText(null, 'Where to send the customer; only for the one who may finish the setup.'))
  redirectUrl!: string | null;
}

export class SetupFailureDto {
  @ApiProperty({ example: 'card_declined' })
  code!: string;
  @ApiProperty(nullableText('insufficient_funds'))
  declineCode!: string | null;
}

/** The saving of a payment method as the API shows it. */
export class SetupDto {
  @ApiProperty({ example: 'set_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  id!: string;
  @ApiProperty({ example: 'cus_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  customer!: string;
  @ApiProperty({ enum: STATUSES, description: '`unknown` while it is being found out whether Stripe made it.' })
  status!: (typeof STATUSES)[number];
  @ApiProperty({ enum: ['on_session', 'off_session'] })
  usage!: 'on_session' | 'off_session';
  @ApiProperty(nullableText('pm_1'))
  paymentMethod!: string | null;
  @ApiProperty({ type: ConsentDto })
  consent!: ConsentDto;
  @ApiProperty(nullableText(null, 'For the browser of the customer; only for the one who may finish the setup.'))
  clientSecret!: string | null;
  @ApiProperty({ type: SetupActionDto, nullable: true })
  nextAction!: SetupActionDto | null;
  @ApiProperty({ type: SetupFailureDto, nullable: true })
  failure!: SetupFailureDto | null;
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

/** @param mayFinish whether the client secret is for them. */
export function setupFor(principal: Principal, { setup, finishing }: ShownSetup, mayFinish: boolean): SetupDto {
  const { id, customer, status, usage, paymentMethod, consent, nextAction, failure, createdAt, updatedAt } = setup;
  const redirectUrl = mayFinish && nextAction?.type === 'redirect_to_url' ? finishing.redirectUrl : null;
  return {
    ...{ id, customer, status, usage, paymentMethod, consent },
    clientSecret: mayFinish ? finishing.clientSecret : null,
    nextAction: nextAction && { type: nextAction.type, redirectUrl },
    failure: failure && setupFailureFor(principal, failure),
    ...{ createdAt, updatedAt },
  };
}

/** A customer is not told what the bank suspects. */
export function setupFailureFor(principal: Principal, { code, declineCode }: SetupFailure): SetupFailureDto {
  const shown = failureFor(principal, { code, declineCode, message: '' });
  return { code: shown.code, declineCode: shown.declineCode };
}
