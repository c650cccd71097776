export type HealthSubject = 'database' | 'stripe' | 'breakers' | 'queue' | 'recovery' | 'redis' | 'jwks' | 'clock';

export interface HealthEntry {
  readonly name: HealthSubject;
  /** `degraded`: it works, and somebody should look at it. */
  readonly status: 'up' | 'down' | 'degraded';
  /** For people, in public: no address, no secret. */
  readonly detail: string | null;
}

export interface HealthReport {
  readonly entries: readonly HealthEntry[];
}

/** How the parts that this service needs are doing. */
export abstract class HealthChecks {
  declare protected readonly port: 'HealthChecks';

  /** Answers within a second or two and does not throw: what cannot be asked is `down`. */
  abstract check(): Promise<HealthReport>;
}
