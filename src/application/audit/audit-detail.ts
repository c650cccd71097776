type Kept = boolean | number | string | readonly string[];

/** What was given with a request, as far as it is no text of somebody's own. */
export type AuditDetail = Readonly<Record<string, Kept>>;

/** What takes the place of a value that may be personal, or a secret. */
const GIVEN = 'given';

/** Beyond any amount that is meant, and short of the number of a card. */
const MOST = 1e11;

/** Values of these are words of ours. */
const WORDS = new Set(['reason', 'currency', 'captureMethod', 'purpose', 'role', 'scopes', 'usage', 'status', 'kind']);
const WORD = /^[a-z][a-z_:]{0,39}$/;

/** Of each field its name, and its value where that can be neither personal nor a secret. Null where nothing was given. */
export function detailOf(fields: Readonly<Record<string, unknown>>): AuditDetail | null {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return given.length === 0 ? null : Object.fromEntries(given.map(([name, value]) => [name, kept(name, value)]));
}

function kept(name: string, value: unknown): Kept {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < MOST) return value;
  if (!WORDS.has(name)) return GIVEN;
  if (isWord(value)) return value;
  return Array.isArray(value) && value.every(isWord) ? value : GIVEN;
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && WORD.test(value);
}
