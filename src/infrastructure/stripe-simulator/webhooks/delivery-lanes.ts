/**
 * A lane for each endpoint, in which deliveries wait for their turn: the first come is the first served, a try again
 * comes after those that wait, and a slow endpoint holds up no other.
 */
export class DeliveryLanes {
  private readonly lanes = new Map<string, Lane>();

  constructor(
    private readonly width: () => number,
    private readonly deliver: (id: string) => Promise<void>,
  ) {}

  add(endpoint: string, id: string): void {
    const lane = this.lanes.get(endpoint) ?? { first: null, last: null, busy: 0 };
    this.lanes.set(endpoint, lane);
    const waiting: Waiting = { id, next: null };
    if (lane.last === null) lane.first = waiting;
    else lane.last.next = waiting;
    lane.last = waiting;
    this.advance(lane);
  }

  clear(): void {
    for (const lane of this.lanes.values()) lane.first = lane.last = null;
  }

  private advance(lane: Lane): void {
    while (lane.first !== null && lane.busy < Math.max(1, this.width())) {
      const { id, next } = lane.first;
      lane.first = next;
      if (next === null) lane.last = null;
      lane.busy += 1;
      void this.deliver(id).finally(() => {
        lane.busy -= 1;
        this.advance(lane);
      });
    }
  }
}

interface Waiting {
  id: string;
  next: Waiting | null;
}

interface Lane {
  first: Waiting | null;
  last: Waiting | null;
  busy: number;
}
