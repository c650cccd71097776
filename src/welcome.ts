import type { INestApplication } from '@nestjs/common';
import { Authenticate } from './application/access/authenticate';
import { CreateApiKey } from './application/access/create-api-key';
import type { SandboxFiles } from './infrastructure/settings/sandbox-files';
import type { ServiceConfig } from './infrastructure/wiring/service-config';

/** The API key of this sandbox: the one that it had, or a new one where that is not valid (any more). */
export async function sandboxApiKey(app: INestApplication, files: SandboxFiles): Promise<string> {
  const secrets = files.secrets();
  if (secrets.apiKey !== null && (await app.get(Authenticate).execute(secrets.apiKey)).ok) return secrets.apiKey;
  const created = await app.get(CreateApiKey).execute({ name: 'sandbox', role: 'admin' });
  if (!created.ok) throw new Error(`The sandbox's API key could not be made: ${created.error.kind}`);
  files.keep({ ...secrets, apiKey: created.value.clearKey });
  return created.value.clearKey;
}

/** What a newcomer needs to take a first payment. */
export function welcome(config: ServiceConfig, apiKey: string): string {
  const origin = `http://localhost:${String(config.settings.PORT)}`;
  const body = '{"amount":4999,"currency":"gbp","reference":"booking_1","paymentMethod":"pm_card_visa","confirm":true}';
  return `
Cashdesk is ready.

  API       ${origin}/api/v1
  OpenAPI   ${origin}/docs
  Stripe    ${stripeText(config)}
  API key   ${apiKey}

Take a payment:

  curl -s ${origin}/api/v1/payments \\
    -H 'Authorization: Bearer ${apiKey}' \\
    -H 'Idempotency-Key: first-payment' \\
    -H 'Content-Type: application/json' \\
    -d '${body}'

Ctrl-C stops it and keeps the data.

`;
}

function stripeText({ sandbox, stripe }: ServiceConfig): string {
  return sandbox ? `${stripe.apiUrl ?? ''} (a simulator: no money moves)` : 'your test account: no money moves';
}
