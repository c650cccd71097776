import type { Area } from '../core/area';
import { accountRoutes } from './account';
import { asOfNow, settleCharge } from './balance-transaction';
import { balanceTransactionRoutes } from './balance-transactions';

/** The account, and what stands on its balance. */
export const balanceArea: Area = {
  routes: [...accountRoutes, ...balanceTransactionRoutes],
  tasks: { settle_charge: settleCharge },
  presenters: { balance_transactions: asOfNow },
};
