import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app.module';
import { DisputeGateway, type SubmitAnswer, type UploadAnswer } from '../../src/application/dispute/dispute-gateway';
import { SetupGateway, type SetupAnswer } from '../../src/application/customer/setup-gateway';
import { AnswerIntake } from '../../src/application/payment/answer-intake';
import { CarryOutAttempt } from '../../src/application/payment/carry-out-attempt';
import { PaymentGateway, type GatewayAnswer } from '../../src/application/payment/payment-gateway';
import type { PaymentOutcome } from '../../src/application/payment/payment-outcome';
import { RecordFinding } from '../../src/application/payment/record-finding';
import { CarryOutRefund } from '../../src/application/refund/carry-out-refund';
import { RecordRefund } from '../../src/application/refund/record-refund';
import { RefundGateway, type RefundAnswer } from '../../src/application/refund/refund-gateway';
import { Clock } from '../../src/application/shared/clock';
import type { EvidencePiece } from '../../src/domain/dispute/evidence';
import type { Submission } from '../../src/domain/dispute/submission';
import type { Setup } from '../../src/domain/customer/setup';
import type { Attempt } from '../../src/domain/payment/attempt';
import type { Payment } from '../../src/domain/payment/payment';
import type { Refund } from '../../src/domain/refund/refund';
import { TypeidIdentifiers } from '../../src/infrastructure/crypto/typeid-identifiers';
import { readSettings } from '../../src/infrastructure/settings/settings';
import { createStripeClient } from '../../src/infrastructure/stripe/stripe-client';
import { StripeDisputeGateway } from '../../src/infrastructure/stripe/stripe-dispute-gateway';
import { StripePaymentGateway } from '../../src/infrastructure/stripe/stripe-payment-gateway';
import { StripeRefundGateway } from '../../src/infrastructure/stripe/stripe-refund-gateway';
import { StripeSetupGateway } from '../../src/infrastructure/stripe/stripe-setup-gateway';
import { prepareService } from '../../src/infrastructure/wiring/prepare-service';
import { resolveConfig } from '../../src/infrastructure/wiring/resolve-config';
import { createHttpAdapter } from '../../src/presentation/http/fastify-adapter';
import { HTTP_DEFAULTS } from '../../src/presentation/http/http-options';
import { configureHttpApp } from '../../src/presentation/http/server';

/**
 * The service, with a process that kills itself once: `CRASH=capture:before_call` at the call for a capture, after it
 * was committed; `after_answer` when Stripe has answered and nothing of it is committed; `after_commit` when the answer
 * is committed and the caller has not had it.
 */
const [operation, point] = (process.env.CRASH ?? '').split(':');

function crashAt(here: string, attempt: Attempt | null): void {
  if (here === point && attempt?.request?.operation === operation) process.kill(process.pid, 'SIGKILL');
}

class CrashingPaymentGateway extends StripePaymentGateway {
  override async send(payment: Payment, attempt: Attempt): Promise<GatewayAnswer> {
    crashAt('before_call', attempt);
    const answer = await super.send(payment, attempt);
    crashAt('after_answer', attempt);
    return answer;
  }
}

class CrashingCarryOutAttempt extends CarryOutAttempt {
  override async execute(payment: Payment, attempt: Attempt): Promise<PaymentOutcome> {
    const outcome = await super.execute(payment, attempt);
    crashAt('after_commit', attempt);
    return outcome;
  }
}

/** `CRASH=setup:after_answer`: Stripe made the setup, and nothing of it is committed. */
class CrashingSetupGateway extends StripeSetupGateway {
  override async create(setup: Setup): Promise<SetupAnswer> {
    const answer = await super.create(setup);
    if (operation === 'setup' && point === 'after_answer') process.kill(process.pid, 'SIGKILL');
    return answer;
  }
}

/** `CRASH=submit:after_answer`: Stripe has the evidence, and nothing of it is committed. */
class CrashingDisputeGateway extends StripeDisputeGateway {
  override async upload(submission: Submission, piece: EvidencePiece): Promise<UploadAnswer> {
    const answer = await super.upload(submission, piece);
    if (operation === 'upload' && point === 'after_answer') process.kill(process.pid, 'SIGKILL');
    return answer;
  }

  override async submit(submission: Submission, pieces: readonly EvidencePiece[]): Promise<SubmitAnswer> {
    if (operation === 'submit' && point === 'before_call') process.kill(process.pid, 'SIGKILL');
    const answer = await super.submit(submission, pieces);
    if (operation === 'submit' && point === 'after_answer') process.kill(process.pid, 'SIGKILL');
    return answer;
  }
}

/** `CRASH=refund:before_call` and so on: a refund is its own attempt. */
function crashOnRefundAt(here: string): void {
  if (operation === 'refund' && here === point) process.kill(process.pid, 'SIGKILL');
}

class CrashingRefundGateway extends StripeRefundGateway {
  override async send(payment: Payment, refund: Refund): Promise<RefundAnswer> {
    crashOnRefundAt('before_call');
    const answer = await super.send(payment, refund);
    crashOnRefundAt('after_answer');
    return answer;
  }
}

class CrashingCarryOutRefund extends CarryOutRefund {
  override async execute(payment: Payment, refund: Refund): Promise<Refund> {
    const done = await super.execute(payment, refund);
    crashOnRefundAt('after_commit');
    return done;
  }
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const config = resolveConfig(settings, { databaseUrl: null, stripeApiUrl: null, secrets: null });
  await prepareService(config);
  const module = await Test.createTestingModule({ imports: [AppModule.register(config)] })
    .overrideProvider(PaymentGateway)
    .useValue(new CrashingPaymentGateway(createStripeClient(config.stripe)))
    .overrideProvider(SetupGateway)
    .useValue(new CrashingSetupGateway(createStripeClient(config.stripe)))
    .overrideProvider(DisputeGateway)
    .useValue(new CrashingDisputeGateway(createStripeClient(config.stripe)))
    .overrideProvider(RefundGateway)
    .useValue(new CrashingRefundGateway(createStripeClient(config.stripe)))
    .overrideProvider(CarryOutRefund)
    .useFactory({
      factory: (...given: ConstructorParameters<typeof CarryOutRefund>) => new CrashingCarryOutRefund(...given),
      inject: [RefundGateway, RecordRefund],
    })
    .overrideProvider(CarryOutAttempt)
    .useFactory({
      factory: (...given: ConstructorParameters<typeof CarryOutAttempt>) => new CrashingCarryOutAttempt(...given),
      inject: [PaymentGateway, AnswerIntake, RecordFinding, Clock],
    })
    .compile();
  const identifiers = new TypeidIdentifiers();
  const options = { ...HTTP_DEFAULTS, requestId: () => identifiers.next('req') };
  const app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(options), { bodyParser: false });
  configureHttpApp(app, options);
  await app.listen(settings.PORT, '127.0.0.1');
}

void main();
