import type { FactoryProvider } from '@nestjs/common';

type Token<T> = abstract new (...args: never[]) => T;
type Tokens<A extends unknown[]> = { [K in keyof A]: Token<A[K]> };

/** Provides a class of the core by its constructor: a wrong order, a missing or an extra dependency does not compile. */
export function useCase<A extends unknown[], T>(type: new (...args: A) => T, ...inject: Tokens<A>): FactoryProvider<T> {
  return { provide: type, useFactory: (...args: A) => new type(...args), inject: inject as Token<unknown>[] };
}

/** Puts an adapter behind a port. */
export function adapter<P, A extends unknown[], T extends P>(
  port: Token<P>,
  type: new (...args: A) => T,
  ...inject: Tokens<A>
): FactoryProvider<T> {
  return { provide: port, useFactory: (...args: A) => new type(...args), inject: inject as Token<unknown>[] };
}
