import { DisputeGateway, type DisputeReading } from '../../../src/application/dispute/dispute-gateway';
import { GatewayUnavailable } from '../../../src/application/shared/gateway-unavailable';
import type { DisputeObservation } from '../../../src/domain/dispute/dispute';

/** Stripe's disputes in little. */
export class ScriptedDisputes extends DisputeGateway {
  readonly disputes = new Map<string, DisputeObservation>();
  /** `read du_1`, `list`. */
  readonly calls: string[] = [];
  /** Nothing that is asked gets an answer. */
  unavailable = false;
  /** Runs when something was read, and before the answer leaves: the place of who is faster. */
  beforeAnswer: (call: string) => Promise<void> = () => Promise.resolve();

  /** As the bank, or anybody at Stripe, has it now. */
  shows(seen: DisputeObservation): void {
    this.disputes.set(seen.id, seen);
  }

  override async read(id: string): Promise<DisputeReading> {
    await this.begin(`read ${id}`);
    const seen = this.disputes.get(id);
    await this.beforeAnswer(`read ${id}`);
    if (this.unavailable) return { kind: 'unavailable', message: 'Stripe does not answer.' };
    return seen === undefined ? { kind: 'missing' } : { kind: 'found', seen };
  }

  override async *openedSince(since: Date | null): AsyncGenerator<readonly string[]> {
    await this.begin('list');
    if (this.unavailable) throw new GatewayUnavailable('Stripe does not answer.');
    const all = [...this.disputes.values()].filter(({ openedAt }) => since === null || openedAt >= since);
    for (const { id } of all.reverse()) yield [id];
  }

  private async begin(call: string): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.calls.push(call);
  }
}
