import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { resourceMissing } from '../core/errors';
import { newId, newMandateReference } from '../core/ids';
import { ok, route, type Route } from '../core/router';
import type { MandateData } from './mandate-params';
import { testDebit } from './test-debits';

export interface MandateRequest {
  method: Stripe.PaymentMethod;
  acceptance: MandateData['customer_acceptance'];
  /** For this payment only; null lets the account be debited again and again. */
  single: { amount: number; currency: string } | null;
}

export function newMandate(ctx: Context, { method, acceptance, single }: MandateRequest): Stripe.Mandate {
  const { ip_address: ip, user_agent: agent } = acceptance.online ?? {};
  const mandate: Stripe.Mandate = {
    id: newId('mandate'),
    object: 'mandate',
    customer_acceptance: {
      accepted_at: acceptance.accepted_at ?? ctx.clock.now(),
      ...(acceptance.type === 'online'
        ? { online: { ip_address: ip ?? null, user_agent: agent ?? null } }
        : { offline: {} }),
      type: acceptance.type,
    },
    livemode: false,
    ...(single === null ? { multi_use: {} } : { single_use: single }),
    payment_method: method.id,
    payment_method_details: detailsOf(ctx, method.type),
    status: 'active',
    type: single === null ? 'multi_use' : 'single_use',
  };
  ctx.tx.put('mandates', mandate);
  const account = ctx.tx.get('debits', method.id);
  if (single === null && account !== undefined) ctx.tx.put('debits', { ...account, mandate: mandate.id });
  if (testDebit(account?.token ?? '')?.refusesMandate === true) revokeMandate(ctx, mandate.id, 'refused');
  return mandate;
}

function detailsOf(ctx: Context, type: string): Stripe.Mandate.PaymentMethodDetails {
  const reference = newMandateReference();
  const url = `${ctx.publicUrl}/_simulator/mandates/${reference}`;
  if (type !== 'bacs_debit') return { type, sepa_debit: { reference, url } };
  return {
    type,
    bacs_debit: {
      display_name: null,
      network_status: 'accepted',
      reference,
      revocation_reason: null,
      service_user_number: null,
      url,
    },
  };
}

/** The bank lets the account be debited no more. */
export function revokeMandate(ctx: Context, id: string, status: 'refused' | 'revoked' = 'revoked'): void {
  const mandate = ctx.tx.get('mandates', id);
  if (mandate?.status !== 'active') return;
  const { bacs_debit: bacs } = mandate.payment_method_details;
  const revoked: Stripe.Mandate = {
    ...mandate,
    ...(bacs === undefined
      ? {}
      : {
          payment_method_details: {
            ...mandate.payment_method_details,
            bacs_debit: { ...bacs, network_status: status, revocation_reason: 'debit_not_authorized' },
          },
        }),
    status: 'inactive',
  };
  ctx.tx.put('mandates', revoked);
  emit(ctx, 'mandate.updated', revoked, { status: 'active' });
}

export function findMandate(ctx: Context, id: string, status: 400 | 404 = 404): Stripe.Mandate {
  const found = ctx.tx.get('mandates', id);
  if (found === undefined) throw resourceMissing('mandate', id, 'mandate', status);
  return found;
}

export const mandateRoutes: readonly Route[] = [
  route('GET', '/v1/mandates/:id', {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(findMandate(ctx, id)),
  }),
];
