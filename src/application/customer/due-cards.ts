/**
 * Setups and payment methods that wait for the sweepers, by the clock of the database. What one instance takes, another
 * does not see for a while.
 */
export abstract class DueCards {
  declare protected readonly port: 'DueCards';

  /** Setups of which it is not known whether Stripe made them. */
  abstract takeSetups(limit: number): Promise<string[]>;
  /** Payment methods that Stripe has to be asked about, and whether they are being detached. */
  abstract takePaymentMethods(limit: number): Promise<{ readonly id: string; readonly detaching: boolean }[]>;
}
