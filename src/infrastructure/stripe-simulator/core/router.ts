import type { Context } from './context';
import type { FormObject } from './form';
import { matchPath } from './paths';
import { arrayOf, object, text, type Shape, type Values } from './schema';

export interface Answer {
  status: number;
  body: object;
}

export type PathValues = Readonly<Record<string, string>>;

/** What stands when the parameters are known to be good: from here on the key keeps the answer. */
export interface Prepared {
  expand: string[];
  execute(ctx: Context): Answer;
}

export interface Route {
  method: 'DELETE' | 'GET' | 'POST';
  pattern: string;
  /** Whether Stripe.js may call it, with a client secret. */
  publishable: boolean;
  prepare(form: FormObject, path: PathValues): Prepared;
}

interface RouteDefinition<S extends Shape, R extends keyof S & string> {
  shape: S;
  required?: readonly R[];
  publishable?: boolean;
  /** What can be judged by the parameters alone; a refusal leaves the idempotency key free. */
  check?(params: Values<S, R>): void;
  handle(ctx: Context, params: Values<S, R>, path: PathValues): Answer;
}

export function route<S extends Shape, R extends keyof S & string = never>(
  method: Route['method'],
  pattern: string,
  definition: RouteDefinition<S, R>,
): Route {
  const schema = object<S, R>({ ...definition.shape, expand: arrayOf(text()) }, definition.required ?? []);
  return {
    method,
    pattern,
    publishable: definition.publishable ?? false,
    prepare(form, path) {
      const params = schema.read(form, '');
      definition.check?.(params);
      const { expand } = params as { expand?: string[] };
      return { expand: expand ?? [], execute: (ctx) => definition.handle(ctx, params, path) };
    },
  };
}

export function ok(body: object): Answer {
  return { status: 200, body };
}

interface Found {
  route: Route;
  path: PathValues;
}

export class Router {
  /** By method and number of segments, so that a request is compared with few; fixed paths before those with names. */
  private readonly candidates = new Map<string, Route[]>();

  constructor(routes: readonly Route[]) {
    const names = (route: Route): number => route.pattern.split(':').length;
    for (const route of [...routes].sort((a, b) => names(a) - names(b))) {
      const key = bucket(route.method, route.pattern);
      this.candidates.set(key, [...(this.candidates.get(key) ?? []), route]);
    }
  }

  find(method: string, path: string): Found | null {
    for (const route of this.candidates.get(bucket(method, path)) ?? []) {
      const values = matchPath(route.pattern, path);
      if (values !== null) return { route, path: decoded(values) };
    }
    return null;
  }
}

/** Ids that callers choose may hold letters that an address cannot. */
function decoded(values: PathValues): PathValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, decode(value)]));
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function bucket(method: string, path: string): string {
  const segments = path.split('/');
  return `${method} ${segments[2] ?? ''} ${String(segments.length)}`;
}
