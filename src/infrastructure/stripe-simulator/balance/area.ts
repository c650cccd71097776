import type { Area } from '../core/area';
import { accountRoutes } from './account';
import { balanceRoutes, tellBalance } from './balance';
import { settleCharge } from './balance-transaction';
import { balanceTransactionRoutes } from './balance-transactions';
import { payOutDaily } from './daily-payout';
import { finishPayout, returnPayout, submitPayout } from './payout';
import { payoutRoutes } from './payouts';
import { asOfNow } from './posting';

/** The account, what stands on its balance, and what goes from there to the bank. */
export const balanceArea: Area = {
  routes: [...accountRoutes, ...balanceRoutes, ...balanceTransactionRoutes, ...payoutRoutes],
  tasks: {
    settle_charge: settleCharge,
    tell_balance: tellBalance,
    pay_out: payOutDaily,
    submit_payout: submitPayout,
    finish_payout: finishPayout,
    return_payout: returnPayout,
  },
  presenters: { balance_transactions: asOfNow },
};
