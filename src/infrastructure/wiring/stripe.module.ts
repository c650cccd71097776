import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CustomerGateway } from '../../application/customer/customer-gateway';
import { PaymentMethodGateway } from '../../application/customer/payment-method-gateway';
import { SetupGateway } from '../../application/customer/setup-gateway';
import { DisputeGateway } from '../../application/dispute/dispute-gateway';
import { BalanceGateway } from '../../application/ledger/balance-gateway';
import { PaymentGateway } from '../../application/payment/payment-gateway';
import { RefundGateway } from '../../application/refund/refund-gateway';
import { WebhookVerifier } from '../../application/webhook/webhook-verifier';
import { CoalescingPaymentGateway } from '../stripe/coalescing-payment-gateway';
import { StripeAccountProbe } from '../stripe/stripe-account-probe';
import { StripeBalanceGateway } from '../stripe/stripe-balance-gateway';
import { createStripeClient } from '../stripe/stripe-client';
import { StripeCustomerGateway } from '../stripe/stripe-customer-gateway';
import { StripeDisputeGateway } from '../stripe/stripe-dispute-gateway';
import { StripePaymentGateway } from '../stripe/stripe-payment-gateway';
import { StripePaymentMethodGateway } from '../stripe/stripe-payment-method-gateway';
import { StripeRefundGateway } from '../stripe/stripe-refund-gateway';
import { StripeSetupGateway } from '../stripe/stripe-setup-gateway';
import { StripeWebhookVerifier } from '../stripe/stripe-webhook-verifier';
import type { ServiceConfig } from './service-config';

/** Stripe behind the ports of the core; decorators around a port are composed here. */
@Module({})
export class StripeModule {
  static register(config: ServiceConfig): DynamicModule {
    const stripe = createStripeClient(config.stripe);
    const providers: Provider[] = [
      { provide: PaymentGateway, useFactory: () => new CoalescingPaymentGateway(new StripePaymentGateway(stripe)) },
      { provide: CustomerGateway, useFactory: () => new StripeCustomerGateway(stripe) },
      { provide: SetupGateway, useFactory: () => new StripeSetupGateway(stripe) },
      { provide: PaymentMethodGateway, useFactory: () => new StripePaymentMethodGateway(stripe) },
      { provide: DisputeGateway, useFactory: () => new StripeDisputeGateway(stripe) },
      { provide: RefundGateway, useFactory: () => new StripeRefundGateway(stripe) },
      { provide: BalanceGateway, useFactory: () => new StripeBalanceGateway(stripe) },
      { provide: WebhookVerifier, useFactory: () => new StripeWebhookVerifier(config.webhookSecrets) },
      { provide: StripeAccountProbe, useFactory: () => new StripeAccountProbe(stripe) },
    ];
    return { module: StripeModule, global: true, providers, exports: providers };
  }
}
