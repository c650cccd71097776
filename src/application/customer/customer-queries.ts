import type { Page } from '../shared/page';
import type { CustomerView } from './customer-view';

export interface CustomerFilter {
  /** Compared without regard to case and to spaces around it. */
  readonly email?: string;
  readonly subject?: string;
}

/** Reads for people and programs: newest first, keyset pages, no counts. */
export abstract class CustomerQueries {
  declare protected readonly port: 'CustomerQueries';

  /** @throws SealBroken when it cannot be read. */
  abstract get(id: string): Promise<CustomerView | null>;
  /** @param cursor from the page before. @throws InvalidCursor, or SealBroken for a page with one that cannot be read. */
  abstract list(filter: CustomerFilter, limit: number, cursor: string | null): Promise<Page<CustomerView>>;
}
