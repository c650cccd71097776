import type { WebhookProblem } from '../../application/webhook/receive-webhook';
import { ProblemException } from '../http/problem';
import type { ProblemCode } from '../http/problem-codes';

const CODES: Readonly<Record<WebhookProblem['kind'], ProblemCode>> = {
  signature: 'webhook_signature_invalid',
  timestamp: 'webhook_timestamp_refused',
  malformed: 'webhook_malformed',
  foreign: 'webhook_foreign',
};

export function webhookProblem({ kind, detail }: WebhookProblem): ProblemException {
  return new ProblemException(CODES[kind], detail);
}
