import type { DataSource } from 'typeorm';
import { RecogniseCustomer } from '../../application/customer/recognise-customer';
import { SealBroken } from '../../application/shared/cipher';
import type { Clock } from '../../application/shared/clock';
import { AesGcmCipher } from '../crypto/aes-gcm-cipher';
import { HmacBlindIndex } from '../crypto/hmac-blind-index';
import { TypeidIdentifiers } from '../crypto/typeid-identifiers';
import { createDataSource } from '../postgres/data-source';
import { apart, DatabaseClock } from '../postgres/database-clock';
import { PostgresCustomers } from '../postgres/postgres-customers';
import { PostgresRefundPolicies } from '../postgres/postgres-refund-policies';
import { AUDIT_DETAIL_KEY, AUDIT_KEY, BLIND_INDEX_KEY, PostgresSealedKeys } from '../postgres/postgres-sealed-keys';
import { PostgresStripeBinding } from '../postgres/postgres-stripe-binding';
import { PostgresUnitOfWork } from '../postgres/postgres-unit-of-work';
import { alone, migrate } from '../postgres/prepare-database';
import { SealOldRows } from '../postgres/seal-old-rows';
import { SettingsError } from '../settings/settings';
import { StripeAccountProbe, type AccountAnswer } from '../stripe/stripe-account-probe';
import { createStripeClient, isLiveKey } from '../stripe/stripe-client';
import { databaseOptions, type ServiceConfig } from './service-config';

/** What a person should know, though the service starts. */
export type Warning = string;

/** Told while something takes long. */
export type Announce = (line: string) => void;

/** A line for so many rows. */
const TELL_EVERY = 10_000;

/**
 * Migrates the database, seals what older versions wrote in clear, and makes sure that it and the Stripe key belong together. @throws SettingsError when the
 * database cannot be reached, or is another account's or mode's.
 */
export async function prepareService(config: ServiceConfig, announce: Announce = () => undefined): Promise<Warning[]> {
  const dataSource = createDataSource(databaseOptions(config));
  try {
    await dataSource.initialize();
  } catch (error) {
    throw new SettingsError([
      `DATABASE_URL leads to no database (${messageOf(error)}): start it, or correct the address.`,
    ]);
  }
  try {
    const clock = new DatabaseClock(dataSource);
    await clock.look();
    await migrate(dataSource);
    await assertKeysOpen(dataSource, config);
    await keepPolicies(dataSource, config);
    const binding = new PostgresStripeBinding(dataSource);
    const livemode = isLiveKey(config.stripe.secretKey);
    const before = await binding.load();
    // Before Stripe is asked anything: a live key has no business with a test database.
    if (before !== null && before.livemode !== livemode) {
      throw foreign(`is a ${mode(livemode)} key, but this database belongs to ${mode(before.livemode)} mode`);
    }
    const answer = await new StripeAccountProbe(createStripeClient(config.stripe)).ask();
    const warnings = await bind(binding, before !== null, livemode, answer);
    await sealOldRows(dataSource, binding, config, announce, clock);
    const clocks = apart(clock.skew);
    return clocks === null ? warnings : [...warnings, clocks];
  } finally {
    await dataSource.destroy();
  }
}

async function sealOldRows(
  dataSource: DataSource,
  binding: PostgresStripeBinding,
  { encryptionKeys }: ServiceConfig,
  announce: Announce,
  clock: Clock,
): Promise<void> {
  const cipher = new AesGcmCipher(encryptionKeys);
  const blindIndex = new HmacBlindIndex(await new PostgresSealedKeys(dataSource, cipher).take(BLIND_INDEX_KEY));
  const unitOfWork = new PostgresUnitOfWork(dataSource);
  const customers = new PostgresCustomers(unitOfWork, binding, cipher, blindIndex);
  const recognise = new RecogniseCustomer(unitOfWork, customers, new TypeidIdentifiers(), clock);
  const customerOf = async (subject: string) => (await recognise.findOrCreate(subject, 'start')).id;
  const told = (what: string, sealed: number) => {
    if (sealed % TELL_EVERY === 0) announce(`Sealing what an older version wrote in clear: ${String(sealed)} ${what}.`);
  };
  await alone(dataSource, () => new SealOldRows(dataSource, cipher, customerOf, told).execute());
}

/** @throws SettingsError when this version was used with another content. */
async function keepPolicies(dataSource: DataSource, { refundPolicies, settings }: ServiceConfig): Promise<void> {
  const { policies, content, hash } = refundPolicies;
  if (await new PostgresRefundPolicies(dataSource).keep(policies.version, content, hash)) return;
  const file = settings.REFUND_POLICIES ?? 'built-in';
  throw new SettingsError([
    `REFUND_POLICIES (${file}): version ${policies.version} was used with another content: give what changed a new version.`,
  ]);
}

/** @throws SettingsError when the ring does not open what it sealed here before. */
async function assertKeysOpen(dataSource: DataSource, { encryptionKeys }: ServiceConfig): Promise<void> {
  try {
    const keys = new PostgresSealedKeys(dataSource, new AesGcmCipher(encryptionKeys));
    for (const name of [BLIND_INDEX_KEY, AUDIT_KEY, AUDIT_DETAIL_KEY]) await keys.take(name);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    throw new SettingsError([
      `ENCRYPTION_KEYS does not open what this database has sealed (${error.message}): put that key back into the ring.`,
    ]);
  }
}

async function bind(
  binding: PostgresStripeBinding,
  isBound: boolean,
  livemode: boolean,
  answer: AccountAnswer,
): Promise<Warning[]> {
  if (answer.kind === 'refused') {
    throw new SettingsError([`STRIPE_SECRET_KEY is not taken by Stripe: ${answer.message}`]);
  }
  if (answer.kind === 'unreachable') {
    if (isBound) return ['Stripe does not answer, so whose key this is could not be checked.'];
    throw new SettingsError([
      `Stripe does not answer (${answer.message}): the first start needs it, to bind this database to the key's account.`,
    ]);
  }
  const { account } = await binding.bind({ account: answer.account, livemode });
  if (account !== answer.account) {
    throw foreign(`is a key of ${answer.account}, but this database belongs to ${account}`);
  }
  return [];
}

function foreign(what: string): SettingsError {
  return new SettingsError([`STRIPE_SECRET_KEY ${what}: use its own key, or another DATABASE_URL.`]);
}

function mode(livemode: boolean): string {
  return livemode ? 'live' : 'test';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
