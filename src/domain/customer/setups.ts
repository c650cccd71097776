import type { Setup } from './setup';

/** The collection of setups. Everything that stores needs an open unit of work. */
export abstract class Setups {
  declare protected readonly port: 'Setups';

  abstract find(id: string): Promise<Setup | null>;
  abstract findBySetupIntent(setupIntent: string): Promise<Setup | null>;
  /** Takes the row, so that there is one writer at a time. */
  abstract lock(id: string): Promise<Setup | null>;
  abstract add(setup: Setup): Promise<void>;
  /** @throws when another version was stored in between. */
  abstract save(setup: Setup): Promise<void>;
}
