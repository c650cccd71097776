import type { DataSource } from 'typeorm';
import { StripeBinding, type StripeAccount } from '../../application/shared/stripe-binding';

export class PostgresStripeBinding extends StripeBinding {
  #bound: StripeAccount | null = null;

  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override current(): StripeAccount {
    if (this.#bound === null) throw new Error('the database is not bound to a Stripe account yet');
    return this.#bound;
  }

  /** What the database belongs to; null before its first start. */
  async load(): Promise<StripeAccount | null> {
    const rows = await this.dataSource.query<StripeAccount[]>(
      'SELECT stripe_account AS account, livemode FROM stripe_binding',
    );
    this.#bound = rows[0] ?? null;
    return this.#bound;
  }

  /** Binds an unbound database. @returns what it belongs to now, which another instance may have decided first. */
  async bind(to: StripeAccount): Promise<StripeAccount> {
    await this.dataSource.query(
      'INSERT INTO stripe_binding (stripe_account, livemode) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [to.account, to.livemode],
    );
    return (await this.load()) ?? to;
  }
}
