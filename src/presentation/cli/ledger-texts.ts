import type { BalanceView, LedgerTransactionView } from '../../application/ledger/ledger-queries';
import type { Page } from '../../application/shared/page';
import { table, type Column } from './table';

const BALANCES: readonly Column<BalanceView>[] = [
  { title: 'account', value: ({ account }) => account },
  { title: 'currency', value: ({ currency }) => currency },
  { title: 'balance', value: ({ balance, decimals }) => amountText(balance, decimals), align: 'right' },
];

interface Line {
  readonly transaction: LedgerTransactionView | null;
  readonly account: string;
  readonly amount: string;
  readonly currency: string;
  readonly about: string | null;
}

const LINES: readonly Column<Line>[] = [
  { title: 'effective', value: ({ transaction }) => (transaction === null ? ' ' : transaction.effectiveAt) },
  { title: 'transaction', value: ({ transaction }) => (transaction === null ? ' ' : transaction.id) },
  { title: 'kind', value: ({ transaction }) => (transaction === null ? ' ' : transaction.kind) },
  { title: 'account', value: ({ account }) => account },
  { title: 'amount', value: ({ amount }) => amount, align: 'right' },
  { title: 'currency', value: ({ currency }) => currency },
  { title: 'about', value: ({ about }) => about },
  { title: 'cause', value: ({ transaction }) => (transaction === null ? ' ' : transaction.cause) },
  { title: 'note', value: ({ transaction }) => (transaction === null ? ' ' : transaction.note) },
];

export function balancesText(balances: readonly BalanceView[]): string {
  return balances.length === 0 ? 'Every account is empty.' : table(BALANCES, balances);
}

/** A line for each posting; the transaction stands beside its first. */
export function transactionsText({ data, nextCursor }: Page<LedgerTransactionView>): string {
  if (data.length === 0) return 'No transactions match.';
  const lines = data.flatMap((transaction) =>
    transaction.postings.map(({ account, currency, amount, decimals, about }, at): Line => {
      const shown = amountText(amount, decimals);
      return { transaction: at === 0 ? transaction : null, account, amount: shown, currency, about };
    }),
  );
  const more = nextCursor === null ? '' : `\n\nThere are more: add --cursor ${nextCursor}`;
  return `${table(LINES, lines)}${more}`;
}

/** `-49.99`: a debit is positive, a credit negative. */
function amountText(amount: number, decimals: number): string {
  const digits = String(Math.abs(amount)).padStart(decimals + 1, '0');
  const whole = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return amount < 0 ? `-${whole}` : whole;
}
