/** A PaymentIntent of Stripe's as a server gets it: every field that a card payment has, in its usual length. */
export function intentOf(id: string, asked: URLSearchParams, charge: { id: string } | null): object {
  const amount = Number(asked.get('amount'));
  const manual = asked.get('capture_method') === 'manual';
  return {
    id,
    object: 'payment_intent',
    amount,
    amount_capturable: charge !== null && manual ? amount : 0,
    amount_details: { tip: {} },
    amount_received: charge !== null && !manual ? amount : 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: { allow_redirects: 'never', enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: asked.get('capture_method') ?? 'automatic_async',
    client_secret: `${id}_secret_YrKJUKribcBjcG8HVhfZluoGH`,
    confirmation_method: 'automatic',
    created: 1_795_000_000,
    currency: asked.get('currency'),
    customer: asked.get('customer'),
    description: asked.get('description'),
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: charge,
    livemode: false,
    metadata: metadataIn(asked),
    next_action: null,
    on_behalf_of: null,
    payment_method: asked.get('payment_method'),
    payment_method_configuration_details: { id: 'pmc_1MwNPYLkdIwHu7ixABCDEFGH', parent: null },
    payment_method_options: { card: { request_three_d_secure: 'automatic' }, link: { persistent_token: null } },
    payment_method_types: ['card', 'link'],
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: charge === null ? 'requires_payment_method' : manual ? 'requires_capture' : 'succeeded',
    transfer_data: null,
    transfer_group: null,
  };
}

export function chargeOf(intent: string, asked: URLSearchParams): { id: string } {
  const amount = Number(asked.get('amount'));
  const address = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
  return {
    id: intent.replace('pi_', 'ch_'),
    object: 'charge',
    amount,
    amount_captured: amount,
    amount_refunded: 0,
    balance_transaction: null,
    billing_details: { address, email: null, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: 'CASHDESK',
    captured: true,
    created: 1_795_000_000,
    currency: asked.get('currency'),
    disputed: false,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: metadataIn(asked),
    outcome: {
      network_status: 'approved_by_network',
      reason: null,
      risk_level: 'normal',
      risk_score: 12,
      seller_message: 'Payment complete.',
      type: 'authorized',
    },
    paid: true,
    payment_intent: intent,
    payment_method: asked.get('payment_method'),
    payment_method_details: {
      card: {
        amount_authorized: amount,
        brand: 'visa',
        checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
        country: 'US',
        exp_month: 8,
        exp_year: 2030,
        fingerprint: 'mToisGZ01V71BCos',
        funding: 'credit',
        last4: '4242',
        network: 'visa',
        three_d_secure: null,
        wallet: null,
      },
      type: 'card',
    },
    receipt_url: 'https://pay.stripe.com/receipts/payment/CAcaFwoVYWNjdF8xTTJKVGtMa2RJd0h1N2l4',
    refunded: false,
    status: 'succeeded',
  } as { id: string };
}

function metadataIn(asked: URLSearchParams): Record<string, string> {
  const pairs = [...asked].flatMap(([name, value]) => {
    const key = /^metadata\[(.+)\]$/.exec(name)?.[1];
    return key === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(pairs);
}
