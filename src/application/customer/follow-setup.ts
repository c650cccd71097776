import type { CarryOutSetup } from './carry-out-setup';
import type { DueSetup } from './due-cards';
import type { RecordSetup } from './record-setup';
import type { RefreshSetup } from './refresh-setup';

/** Finds out what became of a setup: of one whose answer was lost, and of one of which every event may have been lost. */
export class FollowSetup {
  constructor(
    private readonly carryOut: CarryOutSetup,
    private readonly refresh: RefreshSetup,
    private readonly recordSetup: RecordSetup,
  ) {}

  /** @throws GatewayUnavailable */
  async execute({ id, setupIntent }: DueSetup, cause: string): Promise<void> {
    if (setupIntent === null) {
      await this.carryOut.resume(id, cause);
      return;
    }
    await this.refresh.execute({ setupIntent, cause });
    await this.recordSetup.lookedAt(id);
  }
}
