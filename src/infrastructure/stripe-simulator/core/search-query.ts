import { invalidRequest } from './errors';

export type Operator = ':' | '~' | '>' | '>=' | '<' | '<=';

export interface Clause {
  negated: boolean;
  field: string;
  /** The key between brackets, as in `metadata['order']`. */
  key: string | null;
  operator: Operator;
  /** null asks whether the field is empty. */
  value: string | null;
}

export interface Query {
  /** Whether one clause is enough. */
  any: boolean;
  clauses: Clause[];
}

const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'`;
const CLAUSE = new RegExp(
  String.raw`\s*(-)?([a-zA-Z_][\w.]*)(?:\[(?:${QUOTED})\])?\s*(:|~|>=|<=|>|<)\s*(?:${QUOTED}|([^\s"']+))`,
  'y',
);
const CONNECTIVE = /\s+(and|or)(?=\s)/iy;
const MAX_CLAUSES = 10;

/** Stripe's search query language: clauses joined by spaces or by one of AND and OR, without parentheses. */
export function parseQuery(text: string): Query {
  const clauses: Clause[] = [];
  const connectives = new Set<string>();
  for (let at = 0; at < text.trimEnd().length;) {
    const connective = clauses.length === 0 ? null : match(CONNECTIVE, text, at);
    if (connective !== null) {
      connectives.add((connective[1] ?? '').toLowerCase());
      at += connective[0].length;
    }
    const clause = match(CLAUSE, text, at);
    if (clause === null) throw unreadable();
    clauses.push(clauseOf(clause));
    at += clause[0].length;
  }
  if (clauses.length === 0 || clauses.length > MAX_CLAUSES || connectives.size > 1) throw unreadable();
  return { any: connectives.has('or'), clauses };
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function clauseOf(parts: RegExpExecArray): Clause {
  const [, minus, field = '', keyInDouble, keyInSingle, operator, inDouble, inSingle, bare] = parts;
  return {
    negated: minus !== undefined,
    field,
    key: unescape(keyInDouble ?? keyInSingle ?? null),
    operator: operator as Operator,
    value: bare === undefined ? unescape(inDouble ?? inSingle ?? '') : bareValue(bare),
  };
}

function bareValue(value: string): string | null {
  if (value.toLowerCase() === 'null') return null;
  if (/^-?\d+(\.\d+)?$/.test(value)) return value;
  throw unreadable();
}

function unescape<T extends string | null>(value: T): string | T {
  return value === null ? value : value.replaceAll(/\\(.)/g, '$1');
}

function unreadable(): Error {
  return invalidRequest(
    'We were unable to parse your search query. Try using the format `metadata["key"]:"value"` to query for metadata or key:"value" to query for other fields.',
    { param: 'query' },
  );
}
