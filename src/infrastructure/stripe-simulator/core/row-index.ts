const NONE: readonly string[] = [];

/** Which rows lead to which id by one field, such as the charges of a payment intent. */
export class RowIndex {
  /** Mostly it is one id, which needs no array around it. */
  private readonly idsOf = new Map<string, string | string[]>();
  private readonly path: readonly string[];

  /** `field` may lead through hashes: `parent.subscription_details.subscription`. */
  constructor(field: string) {
    this.path = field.split('.');
  }

  /** In the order in which they came to hold that value. */
  ids(value: string): readonly string[] {
    const ids = this.idsOf.get(value) ?? NONE;
    return typeof ids === 'string' ? [ids] : ids;
  }

  move(id: string, from: object | undefined, to: object | undefined): void {
    const before = from === undefined ? null : this.valueOf(from);
    const after = to === undefined ? null : this.valueOf(to);
    if (before === after) return;
    if (before !== null) this.remove(before, id);
    if (after === null) return;
    const ids = this.idsOf.get(after);
    if (ids === undefined) this.idsOf.set(after, id);
    else if (typeof ids === 'string') this.idsOf.set(after, [ids, id]);
    else ids.push(id);
  }

  /** The id that the field holds, whether it stands there alone or as an object. */
  valueOf(row: object): string | null {
    let value: unknown = row;
    for (const key of this.path) {
      if (typeof value !== 'object' || value === null) return null;
      value = (value as Record<string, unknown>)[key];
    }
    if (typeof value === 'object' && value !== null) value = (value as { id?: unknown }).id;
    return typeof value === 'string' ? value : null;
  }

  private remove(value: string, id: string): void {
    const ids = this.idsOf.get(value);
    if (ids === id) this.idsOf.delete(value);
    if (typeof ids !== 'object') return;
    const at = ids.indexOf(id);
    if (at >= 0) ids.splice(at, 1);
    if (ids.length === 0) this.idsOf.delete(value);
  }
}
