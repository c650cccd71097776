import type { Saga } from './saga';

/** The collection of sagas. Everything that stores needs an open unit of work. */
export abstract class Sagas {
  declare protected readonly port: 'Sagas';

  /** In the unit of work of what it is about: a rollback leaves none. @throws when its subject has one of its kind. */
  abstract add(saga: Saga): Promise<void>;
  abstract find(id: string): Promise<Saga | null>;
  /** The same, held until the unit of work ends. */
  abstract lock(id: string): Promise<Saga | null>;
  /** Stores it and the events that it recorded. @throws when another version was stored in between. */
  abstract save(saga: Saga): Promise<void>;
}
