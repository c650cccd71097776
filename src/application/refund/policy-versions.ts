export interface PolicyVersion {
  readonly version: string;
  readonly firstUsedAt: Date;
}

/** Every version of the refund policies that was in force here: what a decision that names one went by. */
export abstract class PolicyVersions {
  declare protected readonly port: 'PolicyVersions';

  /** The one that was first used last comes first. */
  abstract list(): Promise<PolicyVersion[]>;
  /** As the file had it; null for a version that was never in force. */
  abstract contentOf(version: string): Promise<object | null>;
}
