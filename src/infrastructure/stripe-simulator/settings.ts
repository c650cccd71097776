/** What a test may set at run time; none of it outlives the process. */
export interface Settings {
  /** How long after an automatic capture its balance transaction appears; Stripe says up to an hour. */
  settlementDelayMs: number;
  /** The waits between tries of a webhook; the last one repeats. Stripe's take three days. */
  webhookBackoffMs: number[];
  webhookMaxTries: number;
  webhookTimeoutMs: number;
}

export function defaultSettings(): Settings {
  return {
    settlementDelayMs: 200,
    webhookBackoffMs: [200, 500, 1_000, 2_000, 5_000],
    webhookMaxTries: 60,
    webhookTimeoutMs: 10_000,
  };
}

export function changeSettings(settings: Settings, change: object): string | null {
  for (const [name, value] of Object.entries(change) as [string, unknown][]) {
    if (name === 'webhookBackoffMs') {
      if (!Array.isArray(value) || value.length === 0 || !value.every(isDuration)) return name;
      settings.webhookBackoffMs = value;
    } else if (name === 'settlementDelayMs' || name === 'webhookMaxTries' || name === 'webhookTimeoutMs') {
      if (!isDuration(value)) return name;
      settings[name] = value;
    } else {
      return name;
    }
  }
  return null;
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
