import { rmSync } from 'node:fs';
import { keptForTeardown } from './test-server';

export default async function globalTeardown(): Promise<void> {
  const kept = keptForTeardown();
  if (kept === undefined) return;
  await kept.server.stop();
  rmSync(kept.folder, { recursive: true, force: true });
}
