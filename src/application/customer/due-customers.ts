/** Customers of whom Stripe is to be told, by the database's clock. What one instance takes, another does not see for a while. */
export abstract class DueCustomers {
  declare protected readonly port: 'DueCustomers';

  abstract take(limit: number): Promise<string[]>;
}
