import type { Context, Inclusion, Presenter, PublicViews, Reaction, Rules, TaskHandler } from './context';
import type { TableName, Tables, TaskKind } from './records';
import type { Route } from './router';
import type Stripe from 'stripe';

/** A part of Stripe: what it answers, and what it does by itself. */
export interface Area {
  routes: readonly Route[];
  tasks?: Readonly<Partial<Record<TaskKind, TaskHandler>>>;
  reactions?: Readonly<Partial<Record<Stripe.Event['type'], Reaction>>>;
  /** By `object.field`, such as `charge.refunds`. */
  inclusions?: Readonly<Record<string, Inclusion>>;
  publicViews?: PublicViews;
  presenters?: { readonly [N in TableName]?: (ctx: Context, row: Tables[N]) => Tables[N] };
}

export function rulesOf(areas: readonly Area[]): Rules {
  const reactions = new Map<string, Reaction[]>();
  for (const area of areas) {
    for (const [type, reaction] of Object.entries(area.reactions ?? {})) {
      reactions.set(type, [...(reactions.get(type) ?? []), reaction]);
    }
  }
  return {
    reactions,
    tasks: new Map(areas.flatMap(({ tasks }) => Object.entries(tasks ?? {}))),
    inclusions: new Map(areas.flatMap(({ inclusions }) => Object.entries(inclusions ?? {}))),
    publicViews: Object.assign({}, ...areas.map(({ publicViews }) => publicViews)) as PublicViews,
    // Each presenter stands under the name of the table whose rows it takes.
    presenters: new Map(
      areas.flatMap(({ presenters }) => Object.entries(presenters ?? {}) as unknown as [TableName, Presenter][]),
    ),
  };
}
