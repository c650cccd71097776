import type { EmbeddedPostgres } from '../../src/infrastructure/postgres/embedded/embedded-postgres';

export interface TestServer {
  readonly server: EmbeddedPostgres;
  readonly folder: string;
}

const kept = globalThis as typeof globalThis & { cashdeskTestServer?: TestServer };

/** jest loads setup and teardown apart from each other, in one process. */
export function keepForTeardown(testServer: TestServer): void {
  kept.cashdeskTestServer = testServer;
}

export function keptForTeardown(): TestServer | undefined {
  return kept.cashdeskTestServer;
}
