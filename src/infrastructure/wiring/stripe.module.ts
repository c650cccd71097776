import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CustomerGateway } from '../../application/customer/customer-gateway';
import { PaymentMethodGateway } from '../../application/customer/payment-method-gateway';
import { SetupGateway } from '../../application/customer/setup-gateway';
import { DisputeGateway } from '../../application/dispute/dispute-gateway';
import { BalanceGateway } from '../../application/ledger/balance-gateway';
import { PaymentGateway } from '../../application/payment/payment-gateway';
import { Metrics } from '../../application/shared/metrics';
import { RefundGateway } from '../../application/refund/refund-gateway';
import { EventList } from '../../application/webhook/event-list';
import { WebhookVerifier } from '../../application/webhook/webhook-verifier';
import { GuardedEventList } from '../resilience/guarded-event-list';
import { GuardedBalanceGateway } from '../resilience/guarded-balance-gateway';
import { GuardedCustomerGateway } from '../resilience/guarded-customer-gateway';
import { GuardedDisputeGateway } from '../resilience/guarded-dispute-gateway';
import { GuardedPaymentGateway } from '../resilience/guarded-payment-gateway';
import { GuardedPaymentMethodGateway } from '../resilience/guarded-payment-method-gateway';
import { GuardedRefundGateway } from '../resilience/guarded-refund-gateway';
import { GuardedSetupGateway } from '../resilience/guarded-setup-gateway';
import { PrometheusMetrics } from '../telemetry/prometheus-metrics';
import { RateCap } from '../resilience/rate-cap';
import { CoalescingPaymentGateway } from '../stripe/coalescing-payment-gateway';
import { StripeAccountProbe } from '../stripe/stripe-account-probe';
import { StripeBalanceGateway } from '../stripe/stripe-balance-gateway';
import { createStripeClient } from '../stripe/stripe-client';
import { StripeCustomerGateway } from '../stripe/stripe-customer-gateway';
import { StripeEventList } from '../stripe/stripe-event-list';
import { StripeDisputeGateway } from '../stripe/stripe-dispute-gateway';
import { StripePaymentGateway } from '../stripe/stripe-payment-gateway';
import { StripePaymentMethodGateway } from '../stripe/stripe-payment-method-gateway';
import { StripeRefundGateway } from '../stripe/stripe-refund-gateway';
import { StripeSetupGateway } from '../stripe/stripe-setup-gateway';
import { StripeWebhookVerifier } from '../stripe/stripe-webhook-verifier';
import type { ServiceConfig } from './service-config';
import { StripeGuards } from './stripe-guards';

/** Milliseconds for which a call is kept waiting for its turn: somebody may wait for what changes something. */
const LONGEST_WAIT = { urgent: 5_000, later: 10_000 };

/** A gateway with what stands before it. */
function guarded<P>(port: abstract new (...args: never[]) => P, make: (guards: StripeGuards) => P): Provider {
  return { provide: port, useFactory: make, inject: [StripeGuards] };
}

/** Stripe behind the ports of the core; decorators around a port are composed here. */
@Module({})
export class StripeModule {
  static register(config: ServiceConfig): DynamicModule {
    const rateCap = new RateCap({ perSecond: config.stripeRequestsPerSecond, longestWait: LONGEST_WAIT });
    const metrics = new PrometheusMetrics();
    metrics.figures('cashdesk_stripe_requests_waiting', 'Requests to Stripe that wait for their turn', [], () => [
      { labels: {}, value: rateCap.waiting },
    ]);
    metrics.figures('cashdesk_stripe_pause_seconds', 'For how long Stripe wants no requests', [], () => [
      { labels: {}, value: rateCap.pause / 1_000 },
    ]);
    const stripe = createStripeClient({ ...config.stripe, pace: rateCap });
    const providers: Provider[] = [
      { provide: PrometheusMetrics, useValue: metrics },
      { provide: Metrics, useValue: metrics },
      { provide: StripeGuards, useFactory: () => new StripeGuards(metrics, config.settings.PAYMENTS_IN_FLIGHT_MAX) },
      guarded(PaymentGateway, (guards) => {
        const inner = new GuardedPaymentGateway(new StripePaymentGateway(stripe), guards.of('payment'));
        return new CoalescingPaymentGateway(inner);
      }),
      guarded(CustomerGateway, (guards) => {
        return new GuardedCustomerGateway(new StripeCustomerGateway(stripe), guards.of('customer'));
      }),
      guarded(SetupGateway, (guards) => new GuardedSetupGateway(new StripeSetupGateway(stripe), guards.of('setup'))),
      guarded(PaymentMethodGateway, (guards) => {
        return new GuardedPaymentMethodGateway(new StripePaymentMethodGateway(stripe), guards.of('payment_method'));
      }),
      guarded(DisputeGateway, (guards) => {
        return new GuardedDisputeGateway(new StripeDisputeGateway(stripe), guards.of('dispute'));
      }),
      guarded(RefundGateway, (guards) => {
        return new GuardedRefundGateway(new StripeRefundGateway(stripe), guards.of('refund'));
      }),
      guarded(BalanceGateway, (guards) => {
        return new GuardedBalanceGateway(new StripeBalanceGateway(stripe), guards.of('balance'));
      }),
      guarded(EventList, (guards) => new GuardedEventList(new StripeEventList(stripe), guards.of('event'))),
      { provide: WebhookVerifier, useFactory: () => new StripeWebhookVerifier(config.webhookSecrets) },
      { provide: StripeAccountProbe, useFactory: () => new StripeAccountProbe(stripe) },
    ];
    return { module: StripeModule, global: true, providers, exports: providers };
  }
}
