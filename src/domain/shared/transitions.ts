/** A state machine as data: for each state, the states that may follow it. */
export type Transitions<S extends string> = Readonly<Record<S, readonly S[]>>;

export function mayFollow<S extends string>(table: Transitions<S>, from: S, to: S): boolean {
  return table[from].includes(to);
}
