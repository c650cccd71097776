export interface DueSetup {
  readonly id: string;
  /** Null while it is not known whether Stripe made it. */
  readonly setupIntent: string | null;
}

/**
 * Setups and payment methods that wait for the sweepers, by the clock of the database. What one instance takes, another
 * does not see for a while.
 */
export abstract class DueCards {
  declare protected readonly port: 'DueCards';

  /** Setups that Stripe may have made or not, and open ones that it has to be asked about. */
  abstract takeSetups(limit: number): Promise<DueSetup[]>;
  /** Payment methods that Stripe has to be asked about, and whether they are being detached. */
  abstract takePaymentMethods(limit: number): Promise<{ readonly id: string; readonly detaching: boolean }[]>;
}
