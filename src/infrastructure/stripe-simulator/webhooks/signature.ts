import { createHmac } from 'node:crypto';
import type { WebhookEndpointRecord } from '../core/records';

/** The secrets that sign now: the current one, and those that were rolled and have not expired. */
export function liveSecrets({ secret, old_secrets: old = [] }: WebhookEndpointRecord, nowMs: number): string[] {
  return [secret, ...old.filter(({ expiresMs }) => expiresMs > nowMs).map((rolled) => rolled.secret)];
}

/** Dated by the machine's own clock, which is what receivers compare with. The whole `whsec_…` is the key. */
export function signature(payload: string, secrets: readonly string[]): string {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signatures = secrets.map(
    (secret) => `v1=${createHmac('sha256', secret).update(`${timestamp}.${payload}`).digest('hex')}`,
  );
  return [`t=${timestamp}`, ...signatures].join(',');
}
