import type { DataSource } from 'typeorm';
import { LinkCustomer } from '../../src/application/customer/link-customer';
import { UnlinkCustomer } from '../../src/application/customer/unlink-customer';
import { PaymentMethod } from '../../src/domain/customer/payment-method';
import { Customer, NOTHING_KNOWN, type CustomerProps } from '../../src/domain/customer/customer';
import { AesGcmCipher } from '../../src/infrastructure/crypto/aes-gcm-cipher';
import { HmacBlindIndex } from '../../src/infrastructure/crypto/hmac-blind-index';
import { TypeidIdentifiers } from '../../src/infrastructure/crypto/typeid-identifiers';
import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import { PostgresCustomers } from '../../src/infrastructure/postgres/postgres-customers';
import { PostgresPaymentMethods } from '../../src/infrastructure/postgres/postgres-payment-methods';
import { BLIND_INDEX_KEY, PostgresSealedKeys } from '../../src/infrastructure/postgres/postgres-sealed-keys';
import { PostgresStripeBinding } from '../../src/infrastructure/postgres/postgres-stripe-binding';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { createStripeClient } from '../../src/infrastructure/stripe/stripe-client';
import { StripeCustomerGateway } from '../../src/infrastructure/stripe/stripe-customer-gateway';
import { SystemClock } from '../../src/infrastructure/wiring/system-clock';
import type { House } from './house';
import { SEALING_KEY } from './running-service';

/** Customers of a house and the cards that are kept for them, put where the service finds them. */
export class Clientele {
  readonly #ids = new TypeidIdentifiers();
  readonly #clock = new SystemClock();

  private constructor(
    private readonly dataSource: DataSource,
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly customers: PostgresCustomers,
    private readonly methods: PostgresPaymentMethods,
    private readonly stripe: ReturnType<typeof createStripeClient>,
  ) {}

  /** @param house that was opened once, so that its database is there. */
  static async of(house: House): Promise<Clientele> {
    const dataSource = createDataSource({ url: house.database.url, poolSize: 2, slowQuery: 60_000 });
    await dataSource.initialize();
    const unitOfWork = new PostgresUnitOfWork(dataSource);
    const binding = new PostgresStripeBinding(dataSource);
    await binding.load();
    const cipher = new AesGcmCipher([SEALING_KEY]);
    const blindIndex = new HmacBlindIndex(await new PostgresSealedKeys(dataSource, cipher).take(BLIND_INDEX_KEY));
    const customers = new PostgresCustomers(unitOfWork, binding, cipher, blindIndex);
    const methods = new PostgresPaymentMethods(unitOfWork, binding, cipher);
    const stripe = createStripeClient({ secretKey: 'sk_test_end_to_end', apiUrl: house.stripeUrl });
    return new Clientele(dataSource, unitOfWork, customers, methods, stripe);
  }

  close(): Promise<void> {
    return this.dataSource.destroy();
  }

  /** The id of one of whom Stripe has not heard yet, recognised by the `sub` of their tokens. */
  async customer(subject: string): Promise<string> {
    const now = this.#clock.now();
    const id = this.#ids.next('cus');
    const later = new Date(now.getTime() + 600_000);
    await this.unitOfWork.run(() =>
      this.customers.add(Customer.create(id, { ...NOTHING_KNOWN, subject }, now, later, 'test')),
    );
    return id;
  }

  /** A card of the customer's, kept here and at Stripe: the id of what a test token stands for. */
  async card(customerId: string, token = 'pm_card_visa'): Promise<string> {
    const gateway = new StripeCustomerGateway(this.stripe);
    const unlink = new UnlinkCustomer(this.customers, this.methods, this.#clock);
    const linking = new LinkCustomer(this.unitOfWork, this.customers, gateway, unlink, this.#clock);
    const link = await linking.execute(customerId, 'test');
    if (link?.kind !== 'linked') throw new Error(`Stripe does not know ${customerId}`);
    const { id } = await this.stripe.paymentMethods.attach(token, { customer: link.stripeCustomer });
    const details = { type: 'card', brand: 'visa', last4: '4242', funding: 'credit', country: 'GB', expiry: null };
    const now = this.#clock.now();
    const later = new Date(now.getTime() + 600_000);
    const method = PaymentMethod.save({ id, customerId, setupId: null, details }, now, later, 'test');
    // An event of Stripe's may have brought it here first.
    await this.unitOfWork.run(async () => {
      if ((await this.methods.find(id)) === null) await this.methods.add(method);
    });
    return id;
  }

  async setDefault(customerId: string, paymentMethod: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      const customer = await this.customers.lock(customerId);
      if (customer === null) throw new Error(`there is no ${customerId}`);
      const change: Partial<CustomerProps> = { defaultPaymentMethod: paymentMethod };
      await this.customers.save(Customer.restore({ ...customer.snapshot(), ...change }));
    });
  }
}
