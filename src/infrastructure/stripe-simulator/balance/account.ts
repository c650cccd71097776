import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { ApiError } from '../core/errors';
import { ok, route, type Route } from '../core/router';

export const ACCOUNT_CURRENCY = 'gbp';

function account(ctx: Context): Stripe.Account {
  const requirements = {
    alternatives: [],
    current_deadline: null,
    currently_due: [],
    disabled_reason: null,
    errors: [],
    eventually_due: [],
    past_due: [],
    pending_verification: [],
  };
  return {
    id: ctx.accountId,
    object: 'account',
    business_profile: null,
    business_type: null,
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    controller: { type: 'account' },
    country: 'GB',
    created: 1_700_000_000,
    default_currency: ACCOUNT_CURRENCY,
    details_submitted: true,
    email: 'simulator@example.com',
    external_accounts: {
      object: 'list',
      data: [bankAccount(ctx)],
      has_more: false,
      url: `/v1/accounts/${ctx.accountId}/external_accounts`,
    },
    future_requirements: requirements,
    metadata: {},
    payouts_enabled: true,
    requirements,
    settings: null,
    tos_acceptance: { date: null, ip: null, user_agent: null },
    type: 'standard',
  };
}

/** Where payouts go. */
export function bankAccountId(ctx: Context): string {
  return ctx.accountId.replace('acct_', 'ba_');
}

function bankAccount(ctx: Context): Stripe.BankAccount {
  return {
    id: bankAccountId(ctx),
    object: 'bank_account',
    account: ctx.accountId,
    account_holder_name: null,
    account_holder_type: null,
    account_type: null,
    available_payout_methods: ['standard'],
    bank_name: 'STRIPE TEST BANK',
    country: 'GB',
    currency: ACCOUNT_CURRENCY,
    default_for_currency: true,
    fingerprint: ctx.accountId.slice(-16),
    last4: '2345',
    metadata: {},
    routing_number: '108800',
    status: 'new',
  };
}

export const accountRoutes: readonly Route[] = [
  route('GET', '/v1/account', { shape: {}, handle: (ctx) => ok(account(ctx)) }),
  route('GET', '/v1/accounts/:id', {
    shape: {},
    handle(ctx, _params, { id = '' }) {
      if (id === ctx.accountId) return ok(account(ctx));
      throw new ApiError(403, {
        type: 'invalid_request_error',
        code: 'account_invalid',
        message: `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
      });
    },
  }),
];
