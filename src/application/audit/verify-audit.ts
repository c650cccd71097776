import type { AuditMac } from '../../domain/audit/audit-mac';
import type { AuditPlace } from '../../domain/audit/chain';
import { ChainInspection, type Inspection } from '../../domain/audit/chain-inspection';
import type { AuditTrail } from './audit-trail';

const TELL_EVERY = 10_000;

/** Looks at every entry once, as the trail stands when it begins. */
export class VerifyAudit {
  constructor(
    private readonly trail: AuditTrail,
    private readonly mac: AuditMac,
  ) {}

  /** @param anchor a place that was noted outside of the database. @param onProgress is told how many were looked at. */
  execute(anchor: AuditPlace | null, onProgress: (entries: number) => void = () => undefined): Promise<Inspection> {
    return this.trail.inspect(async ({ head, entries }) => {
      const inspection = new ChainInspection(this.mac, head, anchor);
      let seen = 0;
      for await (const entry of entries) {
        inspection.accept(entry);
        seen += 1;
        if (seen % TELL_EVERY === 0) onProgress(seen);
      }
      return inspection.end();
    });
  }
}
