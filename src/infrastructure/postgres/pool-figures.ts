import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

export interface PoolFigures {
  readonly inUse: number;
  readonly limit: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
}

/** How busy the connections of this process are. */
export function poolFigures(dataSource: DataSource): PoolFigures {
  const { master } = dataSource.driver as unknown as { readonly master: Pool };
  return {
    inUse: master.totalCount - master.idleCount,
    limit: master.options.max,
    waiting: master.waitingCount,
  };
}
