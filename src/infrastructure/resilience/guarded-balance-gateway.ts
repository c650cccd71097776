import { BalanceGateway, type MovementPage, type PageRequest } from '../../application/ledger/balance-gateway';
import type { SeenPayout } from '../../domain/ledger/payout';
import type { Guard } from './guard';

export class GuardedBalanceGateway extends BalanceGateway {
  constructor(
    private readonly inner: BalanceGateway,
    private readonly guard: Guard,
  ) {
    super();
  }

  override page(request: PageRequest): Promise<MovementPage> {
    return this.guard.value('page', 'read', () => this.inner.page(request));
  }
  override payout(id: string): Promise<SeenPayout | null> {
    return this.guard.value('payout', 'read', () => this.inner.payout(id));
  }
}
