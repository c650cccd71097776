import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ReceiveWebhook } from '../../application/webhook/receive-webhook';
import { Public } from '../http/access-decorators';
import type { HttpRequest } from '../http/http-request';
import { Problems } from '../http/openapi-problems';
import { webhookProblem } from './webhook-problems';

@ApiTags('webhooks')
@Controller({ path: 'webhooks/stripe', version: '1' })
export class StripeWebhookController {
  constructor(private readonly receiveWebhook: ReceiveWebhook) {}

  /** Stripe is told 200 once the event is stored, and only then. */
  @Post()
  @Public()
  @HttpCode(200)
  @ApiOperation({ operationId: 'receiveStripeWebhook', summary: 'For Stripe: takes a signed event' })
  @ApiHeader({ name: 'Stripe-Signature', required: true })
  @ApiBody({ schema: { type: 'object' }, description: 'An event of Stripe, at most 512 KB.' })
  @ApiResponse({ status: 200, description: 'It is stored.', schema: { example: { received: true } } })
  @Problems(
    'webhook_signature_invalid',
    'webhook_timestamp_refused',
    'webhook_malformed',
    'webhook_foreign',
    'webhook_source_refused',
    'payload_too_large',
    'unsupported_media_type',
    'unsupported_content_encoding',
    'database_unavailable',
    'internal_error',
  )
  async receive(@Req() request: HttpRequest): Promise<{ received: true }> {
    const signature = request.headers['stripe-signature'];
    const result = await this.receiveWebhook.execute(
      request.rawBody ?? new Uint8Array(),
      Array.isArray(signature) ? signature.join(',') : signature,
    );
    if (!result.ok) throw webhookProblem(result.error);
    return { received: true };
  }
}
