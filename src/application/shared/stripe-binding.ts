export interface StripeAccount {
  /** `acct_…` */
  readonly account: string;
  readonly livemode: boolean;
}

/** The one Stripe account and mode that this database belongs to, from its first start on. */
export abstract class StripeBinding {
  declare protected readonly port: 'StripeBinding';

  /** @throws before the service has started. */
  abstract current(): StripeAccount;
}
