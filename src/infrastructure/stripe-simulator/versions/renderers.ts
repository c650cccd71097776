import type { Store } from '../core/store';

export type Hash = Record<string, unknown>;
export type Rows = Pick<Store, 'get' | 'table'>;
export type Renderers = Readonly<Record<string, ((object: Hash, rows: Rows) => Hash) | undefined>>;
