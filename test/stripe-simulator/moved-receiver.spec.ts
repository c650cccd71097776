import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '../../src/infrastructure/stripe-simulator/simulator';
import { SimulatorControl } from '../support/simulator-control';

describe('a receiver that has moved to another port', () => {
  it('is found there after a restart, and nowhere else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
    const start = (url: string) =>
      startSimulator({ dataFile: join(folder, 'data.jsonl'), webhook: { url, secret: 'whsec_same' } });
    try {
      await (await start('http://127.0.0.1:1/hook')).close();
      const moved = await start('http://127.0.0.1:2/hook');
      const { webhook_endpoints: endpoints } = await new SimulatorControl(moved.url).state();
      await moved.close();
      expect(endpoints.map(({ url }) => url)).toEqual(['http://127.0.0.1:2/hook']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
