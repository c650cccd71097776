interface Setting<T> {
  readonly initial: T;
  accepts(value: unknown): value is T;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

const count = (initial: number): Setting<number> => ({ initial, accepts: isCount });
const counts = (initial: readonly number[]): Setting<readonly number[]> => ({
  initial,
  accepts: (value): value is readonly number[] => Array.isArray(value) && value.length > 0 && value.every(isCount),
});

const SETTINGS = {
  /** How long after an automatic capture its balance transaction appears; Stripe says up to an hour. */
  settlementDelayMs: count(200),
  /** The waits between tries of a webhook; the last one repeats. Stripe's take three days. */
  webhookBackoffMs: counts([200, 500, 1_000, 2_000, 5_000]),
  webhookMaxTries: count(60),
  webhookTimeoutMs: count(10_000),
} as const;

type Values<S> = { -readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** What a test may set at run time; none of it outlives the process. */
export type Settings = Values<typeof SETTINGS>;

export function defaultSettings(): Settings {
  return Object.fromEntries(Object.entries(SETTINGS).map(([name, { initial }]) => [name, initial])) as Settings;
}

/** All of the change or none of it; answers the name of what is no setting, or has a value that is not one. */
export function changeSettings(settings: Settings, change: object): string | null {
  const known: Readonly<Record<string, Setting<unknown>>> = SETTINGS;
  for (const [name, value] of Object.entries(change)) {
    if (!Object.hasOwn(known, name) || known[name]?.accepts(value) !== true) return name;
  }
  Object.assign(settings, change);
  return null;
}
