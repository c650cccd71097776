import { Global, Module, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticate } from '../../../src/application/access/authenticate';
import type { TokenService } from '../../../src/application/access/token-service';
import { AuditQueries } from '../../../src/application/audit/audit-queries';
import { RecordAudit } from '../../../src/application/audit/record-audit';
import { ChangeCustomer } from '../../../src/application/customer/change-customer';
import { CreateCustomer } from '../../../src/application/customer/create-customer';
import { DiscardJob } from '../../../src/application/job/discard-job';
import { JobQueries } from '../../../src/application/job/job-queries';
import { RedriveJob } from '../../../src/application/job/redrive-job';
import { RedriveJobs } from '../../../src/application/job/redrive-jobs';
import { CustomerQueries } from '../../../src/application/customer/customer-queries';
import { RecogniseCustomer } from '../../../src/application/customer/recognise-customer';
import { BeginSetup } from '../../../src/application/customer/begin-setup';
import { DetachPaymentMethod } from '../../../src/application/customer/detach-payment-method';
import { ListExpiringPaymentMethods } from '../../../src/application/customer/list-expiring-payment-methods';
import { ListPaymentMethods } from '../../../src/application/customer/list-payment-methods';
import { SetDefaultPaymentMethod } from '../../../src/application/customer/set-default-payment-method';
import { ShowPaymentMethod } from '../../../src/application/customer/show-payment-method';
import { ShowSetup } from '../../../src/application/customer/show-setup';
import { CancelPayment, type CancelPaymentCommand } from '../../../src/application/payment/cancel-payment';
import { CapturePayment, type CapturePaymentCommand } from '../../../src/application/payment/capture-payment';
import { ConfirmPayment, type ConfirmPaymentCommand } from '../../../src/application/payment/confirm-payment';
import { CreatePayment, type CreatePaymentCommand } from '../../../src/application/payment/create-payment';
import { PaymentQueries } from '../../../src/application/payment/payment-queries';
import { ApproveRefund } from '../../../src/application/refund/approve-refund';
import { RefundQueries } from '../../../src/application/refund/refund-queries';
import { RejectRefund } from '../../../src/application/refund/reject-refund';
import { RequestRefund } from '../../../src/application/refund/request-refund';
import { WithdrawRefund } from '../../../src/application/refund/withdraw-refund';
import { QuoteRefund } from '../../../src/application/refund/quote-refund';
import { DisputeQueries } from '../../../src/application/dispute/dispute-queries';
import { SaveEvidence } from '../../../src/application/dispute/save-evidence';
import { SubmitEvidence } from '../../../src/application/dispute/submit-evidence';
import { Clock } from '../../../src/application/shared/clock';
import { HealthChecks } from '../../../src/application/shared/health';
import { Metrics } from '../../../src/application/shared/metrics';
import { PrometheusMetrics } from '../../../src/infrastructure/telemetry/prometheus-metrics';
import { IdempotencyRecords } from '../../../src/application/shared/idempotency';
import { ReceiveWebhook } from '../../../src/application/webhook/receive-webhook';
import { createHttpAdapter } from '../../../src/presentation/http/fastify-adapter';
import { HTTP_DEFAULTS, type HttpOptions } from '../../../src/presentation/http/http-options';
import { HttpModule } from '../../../src/presentation/http/http.module';
import { configureHttpApp, type HttpApp } from '../../../src/presentation/http/server';
import { newCustomer } from '../../support/customer-samples';
import { CardDesk } from '../../support/fakes/card-desk';
import { DisputeDesk } from '../../support/fakes/dispute-desk';
import { InMemoryDisputeQueries } from '../../support/fakes/in-memory-dispute-queries';
import { InMemoryAuditQueries, InMemoryAuditTrail } from '../../support/fakes/in-memory-audit-trail';
import { JobDesk } from '../../support/fakes/job-desk';
import { QuoteDesk } from '../../support/fakes/quote-desk';
import {
  ALICE,
  BOB,
  CUSTOMER_ID,
  FakeVerifier,
  FixedBinding,
  FixedClock,
  MemoryApiKeys,
  MemoryInbox,
  MemoryRecords,
  OnePayment,
  PAYMENT_ID,
  PlainIndex,
  PlainSecrets,
  PlainTokens,
  ScriptedHealth,
  ScriptedUseCase,
} from './fakes';

import { RefundFakes } from './refund-fakes';

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly bearer?: string;
  readonly headers?: Record<string, string>;
  /** Text and bytes are sent as they are. */
  readonly body?: string | Buffer | Record<string, unknown> | unknown[];
}

export interface FixtureOptions extends Partial<HttpOptions> {
  readonly controllers?: Type[];
  readonly tokens?: TokenService;
}

/** The HTTP side of the service, with fakes behind it. */
export class HttpFixture {
  readonly create = new ScriptedUseCase<CreatePaymentCommand>();
  readonly confirm = new ScriptedUseCase<ConfirmPaymentCommand>();
  readonly capture = new ScriptedUseCase<CapturePaymentCommand>();
  readonly cancel = new ScriptedUseCase<CancelPaymentCommand>();
  readonly queries = new OnePayment();
  /** Stripe, the store and the clock of customers; CUSTOMER_ID is there, and so are ALICE and BOB. */
  readonly customers = new CardDesk();
  /** Quotes of the payment PAYMENT_ID, which is paid. */
  readonly refunds = new QuoteDesk();
  readonly refunding = new RefundFakes();
  /** Stripe, the store and the clock of disputes. */
  readonly disputes = new DisputeDesk();
  readonly jobs = new JobDesk();
  readonly records = new MemoryRecords();
  readonly verifier = new FakeVerifier();
  readonly inbox = new MemoryInbox();
  readonly health = new ScriptedHealth();
  readonly audit = new InMemoryAuditTrail();
  readonly auditQueries = new InMemoryAuditQueries(this.audit);
  /** Every route that Fastify was given: `POST /api/v1/payments`. */
  readonly routes: string[] = [];
  /** What was logged as an error: why an answer is a 500. */
  readonly errors: unknown[] = [];
  http!: HttpApp;
  app!: NestFastifyApplication;

  static async start(options: FixtureOptions = {}): Promise<HttpFixture> {
    const fixture = new HttpFixture();
    const { controllers = [], tokens = new PlainTokens(), ...http } = options;
    let requests = 0;
    const requestId = () => `req_${String(++requests)}`;
    const settings = { ...HTTP_DEFAULTS, requestId, ...http };
    const testing = await Test.createTestingModule({
      imports: [fixture.wiring(tokens), HttpModule],
      controllers,
    }).compile();
    const adapter = createHttpAdapter(settings);
    adapter.getInstance().addHook('onRoute', ({ method, url }) => {
      fixture.routes.push(...[method].flat().map((each) => `${each} ${url}`));
    });
    const logger = { log: ignore, warn: ignore, error: (entry: unknown) => fixture.errors.push(entry) };
    fixture.app = testing.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false, logger });
    fixture.http = configureHttpApp(fixture.app, settings);
    fixture.refunds.has({ id: PAYMENT_ID });
    const { store, customers } = fixture.customers;
    await store.run(async () => {
      await customers.add(newCustomer({ email: 'ada@example.com' }, CUSTOMER_ID));
      await customers.add(newCustomer({ subject: 'alice' }, ALICE));
      await customers.add(newCustomer({ subject: 'bob' }, BOB));
    });
    await fixture.app.init();
    await fixture.app.getHttpAdapter().getInstance().ready();
    return fixture;
  }

  async ask({ method = 'GET', url, bearer, headers = {}, body }: Ask): Promise<Answer> {
    const response = await this.app.inject({
      method,
      url,
      headers: { ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }), ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    const isJson = /[/+]json/.test(String(response.headers['content-type']));
    const json = isJson ? response.json<Record<string, unknown>>() : {};
    return { status: response.statusCode, headers: response.headers, text: response.payload, json };
  }

  private wiring(tokens: TokenService): Type {
    const keys = MemoryApiKeys.withOneForEachRole();
    const { methodQueries } = this.customers;
    const providers = [
      { provide: Authenticate, useValue: new Authenticate(keys, new PlainSecrets(), tokens, new PlainIndex()) },
      { provide: RecogniseCustomer, useValue: this.customers.recognise },
      { provide: CreatePayment, useValue: this.create },
      { provide: ConfirmPayment, useValue: this.confirm },
      { provide: CapturePayment, useValue: this.capture },
      { provide: CancelPayment, useValue: this.cancel },
      { provide: PaymentQueries, useValue: this.queries },
      { provide: CreateCustomer, useValue: this.customers.creating },
      { provide: ChangeCustomer, useValue: this.customers.changing },
      { provide: BeginSetup, useValue: this.customers.beginSetup },
      { provide: ShowSetup, useValue: new ShowSetup(this.customers.setups) },
      { provide: SetDefaultPaymentMethod, useValue: this.customers.setDefault },
      { provide: DetachPaymentMethod, useValue: this.customers.detach },
      { provide: ListPaymentMethods, useValue: new ListPaymentMethods(methodQueries, this.customers.clock) },
      { provide: ShowPaymentMethod, useValue: new ShowPaymentMethod(methodQueries, this.customers.clock) },
      {
        provide: ListExpiringPaymentMethods,
        useValue: new ListExpiringPaymentMethods(methodQueries, this.customers.clock),
      },
      { provide: RecordAudit, useValue: this.audit.record },
      { provide: AuditQueries, useValue: this.auditQueries },
      { provide: JobQueries, useValue: this.jobs.queries },
      { provide: RedriveJob, useValue: this.jobs.redrive },
      { provide: RedriveJobs, useValue: this.jobs.redriveMany },
      { provide: DiscardJob, useValue: this.jobs.discard },
      { provide: RefundQueries, useValue: this.refunding.queries },
      { provide: RequestRefund, useValue: this.refunding.request },
      { provide: ApproveRefund, useValue: this.refunding.approve },
      { provide: RejectRefund, useValue: this.refunding.reject },
      { provide: WithdrawRefund, useValue: this.refunding.withdraw },
      { provide: QuoteRefund, useValue: this.refunds.quote },
      { provide: CustomerQueries, useValue: this.customers.queries },
      { provide: SaveEvidence, useValue: this.disputes.save },
      { provide: SubmitEvidence, useValue: this.disputes.submitting },
      { provide: DisputeQueries, useValue: new InMemoryDisputeQueries(this.disputes.store) },
      { provide: IdempotencyRecords, useValue: this.records },
      { provide: Clock, useClass: FixedClock },
      { provide: HealthChecks, useValue: this.health },
      { provide: Metrics, useValue: new PrometheusMetrics() },
      {
        provide: ReceiveWebhook,
        useValue: new ReceiveWebhook(this.verifier, this.inbox, new FixedBinding(), new FixedClock()),
      },
    ];
    @Global()
    @Module({ providers, exports: providers })
    class FakeWiring {}
    return FakeWiring;
  }
}

function ignore(): void {}

export const KEY = { 'idempotency-key': 'key-1' };
export const VALID = { amount: 4999, currency: 'gbp', reference: 'booking_123' };
