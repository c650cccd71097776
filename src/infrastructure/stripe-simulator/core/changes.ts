type Hash = Readonly<Record<string, unknown>>;

/** What an event's `previous_attributes` holds: of all that differs, what it was; keys that are new were null. */
export function previousAttributes(before: object, after: object): object {
  return difference(before as Hash, after as Hash) ?? {};
}

function difference(before: Hash, after: Hash): Hash | null {
  const changed: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const was = before[key] ?? null;
    const is = after[key] ?? null;
    if (was === is) continue;
    if (isHash(was) && isHash(is)) {
      const inner = difference(was, is);
      if (inner !== null) changed[key] = inner;
    } else if (JSON.stringify(was) !== JSON.stringify(is)) {
      changed[key] = was;
    }
  }
  return Object.keys(changed).length === 0 ? null : changed;
}

function isHash(value: unknown): value is Hash {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
