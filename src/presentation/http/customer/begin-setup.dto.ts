import { isIP } from 'node:net';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { SetupUsage } from '../../../domain/customer/setup';
import { confirmReason, urlReason } from '../payment/payment-rules';
import { isStorable, isUtcInstant, Matches, Nullable, OneOf, Optional, Rule } from '../rules';

const LONGEST_VERSION = 100;
const NO_VERSION = `must have a textVersion of 1 to ${String(LONGEST_VERSION)} characters`;

export class GivenConsentDto {
  @ApiProperty({ example: 'cards-2026-11', maxLength: LONGEST_VERSION, description: 'Your own name of the text.' })
  textVersion!: string;
  @ApiPropertyOptional({ type: 'string', nullable: true, format: 'date-time', description: 'Now when left out.' })
  at?: string | null;
  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    example: '192.0.2.17',
    description: 'The IP address from which it was given; kept sealed.',
  })
  address?: string | null;
}

/** How a payment method is to be saved, whoever asks. */
class HowToSaveDto {
  @ApiPropertyOptional({
    enum: ['on_session', 'off_session'],
    default: 'off_session',
    description: '`off_session` when it is to be charged while the customer is away.',
  })
  @Optional()
  @OneOf(['on_session', 'off_session'])
  usage: SetupUsage = 'off_session';

  @ApiPropertyOptional({ type: 'string', nullable: true, example: 'pm_card_visa', maxLength: 255 })
  @Nullable()
  @Matches(/^pm_[A-Za-z0-9_]{1,252}$/, "must be the id of a Stripe payment method, 'pm_…', of at most 255 characters")
  paymentMethod?: string | null;

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description: "Have it checked and saved now; else the customer's browser does, with the client secret.",
  })
  @Optional()
  @Rule('confirm', confirmReason)
  confirm = false;

  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    format: 'uri',
    description: 'Where the customer comes back to.',
  })
  @Nullable()
  @Rule('url', urlReason)
  returnUrl?: string | null;
}

export class BeginSetupDto extends HowToSaveDto {
  @ApiProperty({ type: GivenConsentDto, description: 'To what the customer agreed, when and from where.' })
  @Rule('consent', consentReason)
  consent!: GivenConsentDto;
}

export class OwnConsentDto {
  @ApiProperty({ example: 'cards-2026-11', maxLength: LONGEST_VERSION, description: 'The text that you were shown.' })
  textVersion!: string;
}

/** The time and the address are those of the request: they are not the customer's to choose. */
export class BeginOwnSetupDto extends HowToSaveDto {
  @ApiProperty({ type: OwnConsentDto, description: 'To what you agree, now and from here.' })
  @Rule('consent', ownConsentReason)
  consent!: OwnConsentDto;
}

const KNOWN = new Set(['textVersion', 'at', 'address']);

function consentReason(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object with textVersion';
  const { textVersion, at = null, address = null } = value as Partial<Record<keyof GivenConsentDto, unknown>>;
  if (Object.keys(value).some((name) => !KNOWN.has(name))) return 'must have textVersion, at and address only';
  if (!isVersion(textVersion)) return NO_VERSION;
  if (at !== null && !isUtcInstant(at)) return 'must have as at an ISO 8601 time in UTC: 2026-12-01T10:30:00Z';
  return address === null || isAddress(address) ? null : 'must have an IP address as address';
}

function ownConsentReason(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object with textVersion';
  const { textVersion } = value as Partial<OwnConsentDto>;
  if (Object.keys(value).some((name) => name !== 'textVersion')) return 'must have textVersion only';
  return isVersion(textVersion) ? null : NO_VERSION;
}

function isVersion(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_VERSION && isStorable(value);
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && isIP(value) !== 0;
}
