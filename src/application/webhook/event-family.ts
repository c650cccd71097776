import type { KnownEvent } from './webhook-inbox';

/** Why an event had no effect, and whether somebody should look at it. */
export interface NoEffect {
  readonly status: 'ignored' | 'set_aside';
  readonly note: string;
}

/** Closes the events in the unit of work that stores what was seen. */
export type Taken = (paymentId: string | null) => Promise<void>;

/** Events that speak of one kind of object. */
export interface EventFamily {
  readonly speaks: (type: string) => boolean;
  /** What is looked at, so that events about the same are one look; the object of the event, unless it is said here. */
  readonly about?: (event: KnownEvent) => string | null;
  /** @returns null when it took effect. @throws GatewayUnavailable */
  readonly work: (
    event: KnownEvent,
    cause: string,
    taken: Taken,
    /** Those that caused the events that are worked on together; null for what Stripe did by itself. */
    requests: readonly (string | null)[],
  ) => Promise<NoEffect | null>;
}

/** @param refresh answers null for an object that is not ours. */
export function workOn(
  objectType: string,
  what: string,
  refresh: (id: string, cause: string, within: () => Promise<void>) => Promise<unknown>,
): EventFamily['work'] {
  return async (event, cause, taken) => {
    const { objectId } = event;
    if (event.objectType !== objectType || objectId === '') return withoutObject(objectType, event);
    const refreshed = await refresh(objectId, cause, () => taken(null));
    return refreshed === null ? notOurs(objectId, what) : null;
  };
}

export function withoutObject(objectType: string, { type, apiVersion }: KnownEvent): NoEffect {
  const note = `It holds no ${objectType}, as ${type} must (API version ${apiVersion ?? 'none'}).`;
  return { status: 'set_aside', note };
}

export function notOurs(id: string, what: string): NoEffect {
  return { status: 'ignored', note: `${id} is not ${what} of Cashdesk.` };
}
