import { applyDecorators } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { PROBLEM_TYPE, problemBody, ProblemException } from './problem';
import { problemCodes, PROBLEMS, type ProblemCode } from './problem-codes';

class FieldErrorDto {
  @ApiProperty({ example: 'amount' })
  field!: string;
  @ApiProperty({ example: 'must be an integer' })
  reason!: string;
}

/** RFC 9457; some codes add members of their own, such as `paymentId`. */
class ProblemDto {
  @ApiProperty({ format: 'uri-reference', example: '/docs/problems#invalid_request' })
  type!: string;
  @ApiProperty()
  title!: string;
  @ApiProperty({ type: 'integer', example: 400 })
  status!: number;
  @ApiProperty({ description: 'What happened and what to do.' })
  detail!: string;
  @ApiProperty({ enum: problemCodes(), enumName: 'ProblemCode' })
  code!: ProblemCode;
  @ApiProperty({ example: 'req_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  requestId!: string;
  @ApiProperty({ type: [FieldErrorDto], required: false })
  errors?: FieldErrorDto[];
  @ApiProperty({ required: false, description: 'The payment that this is about, or that holds the reference.' })
  paymentId?: string;
  @ApiProperty({ required: false, description: 'The customer who has what was asked for.' })
  customerId?: string;
  @ApiProperty({ required: false, description: 'The status that forbids what was asked.' })
  paymentStatus?: string;
  @ApiProperty({ required: false, description: 'The status of the dispute that forbids what was asked.' })
  disputeStatus?: string;
  @ApiProperty({ required: false, description: 'The submission of evidence that is on its way.' })
  submissionId?: string;
  @ApiProperty({ required: false, description: "The issuer's reason for a decline.", example: 'insufficient_funds' })
  declineCode?: string;
  @ApiProperty({ required: false, description: "Stripe's own code.", example: 'card_declined' })
  stripeCode?: string;
  @ApiProperty({ required: false, description: 'The dispute that forbids a refund.' })
  disputeId?: string;
  @ApiProperty({ required: false, type: 'integer', description: 'What is neither refunded nor reserved, minor units.' })
  left?: number;
  @ApiProperty({ required: false, description: 'The rule of the refund policy that forbids it.' })
  rule?: string;
  @ApiProperty({ required: false, type: 'integer', description: 'The most that the policy gives back, minor units.' })
  maximum?: number;
  @ApiProperty({ required: false, type: 'integer', description: 'The most that your role may, minor units.' })
  limit?: number;
  @ApiProperty({ required: false, description: 'The refund that this is about.' })
  refundId?: string;
  @ApiProperty({ required: false, description: 'The status that forbids what was asked of the refund.' })
  refundStatus?: string;
  @ApiProperty({ required: false, description: 'The state that forbids what was asked of the job.' })
  jobState?: string;
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'The refund as it is now.' })
  refund?: object;
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'The payment as it is now.' })
  payment?: object;
}

const EVERYWHERE = ['database_unavailable', 'internal_error', 'sealed_data_unreadable'] as const;
const WITH_CREDENTIALS = [
  'credentials_required',
  'credentials_invalid',
  'credentials_expired',
  'forbidden',
  'scope_missing',
  'token_keys_unavailable',
] as const;
const BODY_PROBLEMS = [
  'malformed_json',
  'bad_request',
  'payload_too_large',
  'unsupported_media_type',
  'unsupported_content_encoding',
] as const;
export const READ_PROBLEMS = [...WITH_CREDENTIALS, ...EVERYWHERE] as const;
/** Customers have no API keys, and so no scopes. */
export const CUSTOMER_READ_PROBLEMS = READ_PROBLEMS.filter((code) => code !== 'scope_missing');
export const WRITE_PROBLEMS = [
  ...READ_PROBLEMS,
  ...BODY_PROBLEMS,
  'invalid_request',
  'idempotency_key_required',
  'idempotency_key_invalid',
  'idempotency_key_reused',
  'in_progress',
  'overtaken',
  'no_effect',
  'rejected_by_stripe',
  'stripe_unreachable',
] as const;
/** Of writes whose key is required, and whose answer shows what it is about as it is then. */
export const KEYED_WRITE_PROBLEMS = [
  ...READ_PROBLEMS,
  ...BODY_PROBLEMS,
  'invalid_request',
  'idempotency_key_required',
  'idempotency_key_invalid',
  'idempotency_key_reused',
] as const;
export const IN_FLIGHT_PROBLEMS = ['too_many_in_flight', 'too_many_in_flight_for_customer'] as const;
/** Of writes that move no money. */
export const PLAIN_WRITE_PROBLEMS = [
  ...READ_PROBLEMS,
  ...BODY_PROBLEMS,
  'invalid_request',
  'idempotency_key_invalid',
  'idempotency_key_reused',
] as const;
export const BODY_READ_PROBLEMS = [...READ_PROBLEMS, ...BODY_PROBLEMS, 'invalid_request'] as const;
export const METHOD_PROBLEMS = ['payment_method_not_found', 'no_default_payment_method'] as const;
export const PAYER_PROBLEMS = [...METHOD_PROBLEMS, 'customer_not_found', 'customer_refused'] as const;
export const OPERATION_PROBLEMS = [
  ...WRITE_PROBLEMS,
  ...IN_FLIGHT_PROBLEMS,
  'payment_not_found',
  'transition_forbidden',
  'attempt_in_progress',
  'payment_intent_unexpected_state',
] as const;
export const DECLINED: readonly ProblemCode[] = problemCodes().filter((code) => PROBLEMS[code].status === 402);

/** Documents the problems that an operation answers with, each with its code. */
export function Problems(...codes: readonly ProblemCode[]): MethodDecorator {
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b);
  const responses = statuses.map((status) =>
    response(
      status,
      codes.filter((code) => PROBLEMS[code].status === status),
    ),
  );
  const secured = codes.includes('credentials_required') ? [ApiBearerAuth('bearer')] : [];
  return applyDecorators(ApiExtraModels(ProblemDto), ...responses, ...secured);
}

function response(status: number, codes: readonly ProblemCode[]): MethodDecorator {
  const sorted = [...new Set(codes)].sort();
  return ApiResponse({
    status,
    description: sorted.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join('\n\n'),
    content: {
      [PROBLEM_TYPE]: {
        schema: { $ref: getSchemaPath(ProblemDto) },
        examples: Object.fromEntries(sorted.map((code) => [code, { value: exampleOf(code) }])),
      },
    },
  });
}

function exampleOf(code: ProblemCode): unknown {
  const problem = new ProblemException(code, `${PROBLEMS[code].title}.`);
  return JSON.parse(problemBody(problem, 'req_01jd8x3v5ze6w9q2r4t7y8v1p0'));
}
