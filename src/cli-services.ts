import { Module, type DynamicModule } from '@nestjs/common';
import { SealBroken } from './application/shared/cipher';
import type { StripeAccount } from './application/shared/stripe-binding';
import { secretsIn, settingsIn } from './cli-settings';
import { createDataSource } from './infrastructure/postgres/data-source';
import { PostgresRefundPolicies } from './infrastructure/postgres/postgres-refund-policies';
import { PostgresStripeBinding } from './infrastructure/postgres/postgres-stripe-binding';
import { SettingsError } from './infrastructure/settings/settings';
import { StripeAccountProbe } from './infrastructure/stripe/stripe-account-probe';
import { createStripeClient, isLiveKey } from './infrastructure/stripe/stripe-client';
import { AccessModule } from './infrastructure/wiring/access.module';
import { AuditModule } from './infrastructure/wiring/audit.module';
import { CustomersModule } from './infrastructure/wiring/customers.module';
import { DisputesModule } from './infrastructure/wiring/disputes.module';
import { JobsModule } from './infrastructure/wiring/jobs.module';
import { LedgerModule } from './infrastructure/wiring/ledger.module';
import { PaymentsModule } from './infrastructure/wiring/payments.module';
import { PersistenceModule } from './infrastructure/wiring/persistence.module';
import { RecoveryModule } from './infrastructure/wiring/recovery.module';
import { RefundsModule } from './infrastructure/wiring/refunds.module';
import { SagasModule } from './infrastructure/wiring/sagas.module';
import { resolveConfig } from './infrastructure/wiring/resolve-config';
import { databaseOptions, type ServiceConfig } from './infrastructure/wiring/service-config';
import { StripeModule } from './infrastructure/wiring/stripe.module';
import { WebhooksModule } from './infrastructure/wiring/webhooks.module';
import { failed, unreachable, type CliError } from './presentation/cli/exit-codes';
import { perform, type Asked, type Invocation } from './presentation/cli/program';

const ASK_STRIPE = new Set([
  'payments cancel',
  'ledger verify',
  'refunds request',
  'refunds approve',
  'disputes submit-evidence',
  'recovery retry',
  'recovery settle',
]);
/** Asking is all that a dry run does; what is only queued again needs no Stripe. */
function asksStripe({ command, options }: Asked): boolean {
  return ASK_STRIPE.has(command) || (command === 'webhooks replay' && options.dryRun === true);
}

/** By the policies and limits of the service. */
const DECIDE = new Set(['refunds quote', 'refunds request', 'refunds approve']);

/** One command at a time needs few connections. */
const MODEST = { DATABASE_POOL_SIZE: '2' };
/** What adds up all that was ever posted takes longer than a request may. */
const READS_ALL = new Set(['ledger verify']);
const PATIENT = { DATABASE_STATEMENT_TIMEOUT_MS: '3600000' };

@Module({})
class ServicesModule {}

/** Runs a command over the database and the Stripe of the service that runs here. @throws CliError */
export async function runOverServices(invocation: Invocation, asked: Asked, env: NodeJS.ProcessEnv): Promise<void> {
  const config = configIn(env, asked);
  const bound = await boundAccount(config, asked);
  if (asksStripe(asked)) await assertStripeBelongs(config, bound);
  try {
    await perform(invocation, asked, servicesOf(config));
  } catch (error) {
    throw explain(error);
  }
}

function configIn(env: NodeJS.ProcessEnv, asked: Asked): ServiceConfig {
  const patience = READS_ALL.has(asked.command) ? PATIENT : {};
  const { settings, files } = settingsIn({ ...env, ...MODEST, ...patience });
  const sandbox = files.running();
  if (settings.DATABASE_URL === undefined && sandbox === null) {
    throw unreachable('The sandbox is not running: start it with npm start in this folder, or set DATABASE_URL.');
  }
  const { databaseUrl = null, stripeApiUrl = null } = sandbox ?? {};
  try {
    return resolveConfig(settings, { databaseUrl, stripeApiUrl, secrets: secretsIn(files) });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw failed(`${error.lines.join(' ')} The command line needs the settings of the service: keep them in .env.`);
  }
}

function servicesOf(config: ServiceConfig): DynamicModule {
  return {
    module: ServicesModule,
    imports: [
      PersistenceModule.register(config),
      StripeModule.register(config),
      CustomersModule.register(),
      DisputesModule.register(),
      LedgerModule.register(),
      PaymentsModule.register(config),
      WebhooksModule.register(config),
      RefundsModule.register(config),
      SagasModule.register(),
      RecoveryModule.register(),
      AccessModule.register(config),
      AuditModule,
      JobsModule.register(config),
    ],
  };
}

/** Also shows, before anything is built, whether the database answers and has been set up. */
async function boundAccount(config: ServiceConfig, { command }: Asked): Promise<StripeAccount | null> {
  const dataSource = createDataSource(databaseOptions(config));
  try {
    await dataSource.initialize();
  } catch (error) {
    throw noDatabase(error, config);
  }
  try {
    if (DECIDE.has(command)) await assertPoliciesInUse(new PostgresRefundPolicies(dataSource), config);
    return await new PostgresStripeBinding(dataSource).load();
  } catch (error) {
    throw explain(error);
  } finally {
    await dataSource.destroy();
  }
}

/** A command that decides about refunds decides as the service does. */
async function assertPoliciesInUse(known: PostgresRefundPolicies, config: ServiceConfig): Promise<void> {
  const { policies, hash } = config.refundPolicies;
  if ((await known.hashOf(policies.version)) === hash) return;
  throw failed(
    `The service was never started with these refund policies (version ${policies.version}): give REFUND_POLICIES as it has it.`,
  );
}

/** A payment of one account must not be looked for in another, nor in a simulator. */
async function assertStripeBelongs(config: ServiceConfig, bound: StripeAccount | null): Promise<void> {
  if (config.sandbox && config.stripe.apiUrl === undefined) {
    throw unreachable(
      'The Stripe simulator is not running: start it with npm start in this folder, or set STRIPE_SECRET_KEY.',
    );
  }
  if (bound === null) throw failed('The database belongs to no Stripe account yet: start the service once.');
  const answer = await new StripeAccountProbe(createStripeClient(config.stripe)).ask();
  if (answer.kind === 'refused') throw unreachable(`Stripe does not take STRIPE_SECRET_KEY: ${answer.message}`);
  const foreign = answer.kind === 'account' && answer.account !== bound.account;
  if (foreign || isLiveKey(config.stripe.secretKey) !== bound.livemode) {
    throw failed(
      `The database belongs to ${bound.account}, and the Stripe key does not: set STRIPE_SECRET_KEY to its own.`,
    );
  }
}

function noDatabase(error: unknown, { settings }: ServiceConfig): CliError {
  const what = settings.DATABASE_URL === undefined ? "The sandbox's database" : 'The database';
  const fix =
    settings.DATABASE_URL === undefined ? 'start it again with npm start' : 'start it, or correct DATABASE_URL';
  return unreachable(`${what} cannot be reached (${messageOf(error)}): ${fix}.`);
}

/** Undefined table, undefined column. */
const OTHER_SCHEMA = new Set(['42P01', '42703']);
/** Of the classes 08 and 57: the connection broke, the server goes down or comes up. */
const CONNECTION_LOST = /^(08...|57P0[123]|ECONN\w+|EPIPE)$/;

/** Puts what the database answered into words for a person. */
function explain(error: unknown): unknown {
  if (error instanceof SealBroken) {
    return failed(
      `${error.message}. ENCRYPTION_KEYS must be the service's own key ring; if it is, restore what was altered.`,
    );
  }
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return error;
  if (OTHER_SCHEMA.has(code)) {
    return failed(
      'The database has no tables yet, or older ones: start the service once, which brings them up to date.',
    );
  }
  if (CONNECTION_LOST.test(code)) return unreachable(`The database went away (${messageOf(error)}): try again.`);
  return error;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
