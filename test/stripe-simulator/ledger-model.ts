import type { SimulatorState } from '../support/simulator-control';

const FEE_RATE = 0.015;
const FEE_FIXED = 20;
const DISPUTE_FEE = 2_000;
/** Of refunds and payouts: their money came back. */
const RETURNED: ReadonlySet<string | null> = new Set(['failed', 'canceled']);

/** What the balance has to be in each currency, by what payments, refunds, disputes and payouts say of themselves. */
export function balanceByObjects(state: SimulatorState): Map<string, number> {
  const balance = new Map<string, number>();
  const book = (currency: string, amount: number): void => {
    balance.set(currency, (balance.get(currency) ?? 0) + amount);
  };
  const settled = new Set<unknown>();
  for (const charge of state.charges) {
    if (charge.balance_transaction === null) continue;
    settled.add(charge.id);
    book(charge.currency, charge.amount_captured - Math.round(charge.amount_captured * FEE_RATE) - FEE_FIXED);
  }
  for (const refund of state.refunds) {
    if (settled.has(refund.charge) && !RETURNED.has(refund.status)) book(refund.currency, -refund.amount);
  }
  for (const dispute of state.disputes) {
    if (!settled.has(dispute.charge) || dispute.status.startsWith('warning_')) continue;
    // Won before the charge came to the balance, it never took anything.
    if (dispute.status === 'won' && dispute.balance_transactions.length === 0) continue;
    book(dispute.currency, -DISPUTE_FEE - (dispute.status === 'won' ? 0 : dispute.amount));
  }
  for (const payout of state.payouts) {
    if (!RETURNED.has(payout.status)) book(payout.currency, -payout.amount);
  }
  return balance;
}

export function balanceByTransactions(state: SimulatorState): Map<string, number> {
  const balance = new Map<string, number>();
  for (const { currency, net } of state.balance_transactions) {
    balance.set(currency, (balance.get(currency) ?? 0) + net);
  }
  return balance;
}

/** Charges of which more was refunded than captured, by what the charge says or by what its refunds say. */
export function overRefunded({ charges, refunds }: SimulatorState): string[] {
  return charges
    .filter(({ id, amount_captured: captured, amount_refunded: refunded }) => {
      const own = refunds.filter(({ charge, status }) => charge === id && status !== 'failed' && status !== 'canceled');
      return refunded > captured || own.reduce((sum, { amount }) => sum + amount, 0) !== refunded;
    })
    .map(({ id }) => id);
}
