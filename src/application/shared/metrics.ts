/** Figures of this process, for a program that collects them. */
export abstract class Metrics {
  declare protected readonly port: 'Metrics';

  /** Holds nothing of a person: no id, no amount. */
  abstract exposition(): Promise<{ readonly type: string; readonly text: string }>;
}
