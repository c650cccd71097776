/** A thing with one writer at a time: its state, and the events since it was last stored. */
export abstract class Aggregate<Props extends { readonly id: string; readonly version: number }, Event> {
  private pending: Event[] = [];

  protected constructor(protected props: Props) {}

  snapshot(): Props {
    return this.props;
  }

  get id(): string {
    return this.props.id;
  }
  get version(): number {
    return this.props.version;
  }

  /** Events that nobody has pulled yet. */
  get events(): readonly Event[] {
    return this.pending;
  }

  /** Events since the last call; the collection stores them with the change. */
  pullEvents(): readonly Event[] {
    const events = this.pending;
    this.pending = [];
    return events;
  }

  /** The collection stored it under this version. */
  stored(version: number): void {
    this.props = { ...this.props, version };
  }

  protected remember(event: Event): void {
    this.pending.push(event);
  }
}
