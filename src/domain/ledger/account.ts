/** The accounts of the ledger. Each is kept in every currency by itself; debits are positive, credits negative. */
export const ACCOUNTS = {
  customer_control: 'Customers: what they owe, or in the negative what they paid before it was invoiced',
  unsettled: "Taken from customers or given back to them, and not yet on Stripe's balance",
  stripe_balance: "The balance at Stripe: the sum of Stripe's balance transactions, to which nothing else posts",
  stripe_fees: 'What Stripe kept for its services',
  dispute_fees: 'What Stripe kept for disputes',
  disputes_held: 'Withdrawn for disputes that are not decided',
  chargeback_loss: 'Withdrawn for disputes that were lost',
  payouts_in_transit: 'Left the balance at Stripe, and not yet at the bank',
  bank: 'Payouts that arrived, less what was collected',
  currency_position: 'What conversions to another currency took in one currency and gave in the other',
  fx_result: 'What differing exchange rates cost, or in the negative what they brought',
  suspense: 'Moved at Stripe for a reason that Cashdesk does not know: somebody has to look at it',
} as const;

export type Account = keyof typeof ACCOUNTS;

export const ACCOUNT_NAMES = Object.keys(ACCOUNTS) as readonly Account[];
