import type { DisputeObservation } from '../../domain/dispute/dispute';
import type { Disputes } from '../../domain/dispute/disputes';
import { GatewayUnavailable } from '../shared/gateway-unavailable';
import type { DisputeGateway } from './dispute-gateway';
import type { RecordDispute } from './record-dispute';

export interface RefreshDisputeCommand {
  readonly dispute: string;
  /** What made us look: `event:evt_…`, `sweeper`, `listing`. */
  readonly cause: string;
  /** Runs in the transaction that stores what was seen. */
  readonly within?: (paymentId: string | null) => Promise<void>;
}

const LOOKS = 5;

/** Asks Stripe how a dispute stands and takes that over, whosever charge it is about. */
export class RefreshDispute {
  constructor(
    private readonly disputes: Disputes,
    private readonly gateway: DisputeGateway,
    private readonly recordDispute: RecordDispute,
  ) {}

  /** @returns whether Stripe knows it. @throws GatewayUnavailable */
  async execute({ dispute: id, cause, within }: RefreshDisputeCommand): Promise<boolean> {
    for (let look = 0; look < LOOKS; look++) {
      const known = await this.disputes.find(id);
      const seen = await this.look(id);
      if (seen === null) return false;
      if (await this.recordDispute.seen(known, seen, cause, within)) return true;
    }
    throw new GatewayUnavailable(`${id} changed with every look; it will be looked at again`);
  }

  private async look(id: string): Promise<DisputeObservation | null> {
    const reading = await this.gateway.read(id);
    if (reading.kind === 'unavailable') throw new GatewayUnavailable(reading.message, reading);
    return reading.kind === 'found' ? reading.seen : null;
  }
}
