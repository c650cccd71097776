import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { LedgerBalancesCommand } from './ledger-balances.command';
import { LedgerTransactionsCommand } from './ledger-transactions.command';
import { LedgerVerifyCommand } from './ledger-verify.command';

@Command({
  name: 'ledger',
  description: 'look at the ledger, and verify it',
  subCommands: [LedgerBalancesCommand, LedgerTransactionsCommand, LedgerVerifyCommand],
})
export class LedgerCommand extends CommandGroup {}
