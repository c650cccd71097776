import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { ok, route, type Route } from '../core/router';

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
    default_currency: 'gbp',
    details_submitted: true,
    email: 'simulator@example.com',
    external_accounts: {
      object: 'list',
      data: [],
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

export const accountRoutes: readonly Route[] = [
  route('GET', '/v1/account', { shape: {}, handle: (ctx) => ok(account(ctx)) }),
];
