import { concernOf, type Backlog, type BacklogConcern, type BacklogFigures, type BacklogLimits } from './backlog';

export type BacklogNews =
  | { readonly kind: 'begun'; readonly concern: BacklogConcern; readonly figures: BacklogFigures }
  | { readonly kind: 'ended'; readonly figures: BacklogFigures };

/** Raises an alarm when jobs pile up or are given up, and ends it: once, however many instances look. */
export class WatchBacklog {
  constructor(
    private readonly backlog: Backlog,
    private readonly limits: BacklogLimits,
  ) {}

  /** @returns what is to be told, by the one instance that saw it first. */
  async execute(): Promise<BacklogNews | null> {
    const figures = await this.backlog.figures();
    const concern = concernOf(figures, this.limits);
    if (concern !== null)
      return (await this.backlog.raise(concern, figures)) ? { kind: 'begun', concern, figures } : null;
    return (await this.backlog.clear(figures)) ? { kind: 'ended', figures } : null;
  }
}
