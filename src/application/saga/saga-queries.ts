import type { SagaState } from '../../domain/saga/saga-state';
import type { Page } from '../shared/page';
import type { SagaView } from './saga-view';

export interface SagaFilter {
  readonly state?: SagaState;
  readonly kind?: string;
  readonly subject?: string;
  /** Only those that a person must look at. */
  readonly attention?: boolean;
}

/** Reads for people and programs, straight from the store: newest first, keyset pages, no counts. */
export abstract class SagaQueries {
  declare protected readonly port: 'SagaQueries';

  abstract get(id: string): Promise<SagaView | null>;
  /** @param cursor from the page before. @throws InvalidCursor */
  abstract list(filter: SagaFilter, limit: number, cursor: string | null): Promise<Page<SagaView>>;
}
