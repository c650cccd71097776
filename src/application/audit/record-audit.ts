import type { AuditAct } from '../../domain/audit/audit-entry';
import type { AuditPlace } from '../../domain/audit/chain';
import type { AuditDetail } from './audit-detail';
import type { AuditTrail } from './audit-trail';

export interface AuditOutcome {
  /** Of HTTP, or an exit code. */
  readonly status: number;
  readonly code: string | null;
  /** What was made or changed, where that was not known before. */
  readonly target: string | null;
}

/** What is done, and how its end is told. */
export interface Recorded<T> {
  readonly act: AuditAct;
  readonly detail: AuditDetail | null;
  readonly work: () => Promise<T>;
  readonly done: (value: T) => AuditOutcome;
  readonly failed: (error: unknown) => AuditOutcome;
}

/** Told when something was done whose outcome could not be written: it stays listed as unfinished. */
export type OutcomeLost = (asked: AuditPlace, error: unknown) => void;

const OPEN = { asked: null, status: null, code: null } as const;

/** Does nothing of which the trail does not know first. */
export class RecordAudit {
  constructor(
    private readonly trail: AuditTrail,
    private readonly outcomeLost: OutcomeLost,
  ) {}

  /** @throws what the work throws; or, before anything was done, why the trail could not be written. */
  async execute<T>({ act, detail, work, done, failed }: Recorded<T>): Promise<T> {
    const asked = await this.trail.append({ ...act, ...OPEN, phase: 'asked', detail });
    let value: T;
    try {
      value = await work();
    } catch (error) {
      await this.close(asked, act, failed(error));
      throw error;
    }
    await this.close(asked, act, done(value));
    return value;
  }

  /** Somebody of the staff tried what they may not. */
  async denied(act: AuditAct, { status, code }: Omit<AuditOutcome, 'target'>): Promise<void> {
    await this.trail.append({ ...act, phase: 'denied', asked: null, status, code, detail: null });
  }

  /** What was done is done, so whoever asked gets the true answer whether or not this can be written. */
  private async close(asked: AuditPlace, act: AuditAct, { status, code, target }: AuditOutcome): Promise<void> {
    const outcome = { ...act, asked: asked.sequence, status, code, target: act.target ?? target };
    try {
      await this.trail.append({ ...outcome, phase: 'outcome', detail: null });
    } catch (error) {
      this.outcomeLost(asked, error);
    }
  }
}
