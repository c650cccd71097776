import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { confirmedPayment, eventually, failure, stripeClient } from './simulator-under-test';
import { SimulatorControl } from '../support/simulator-control';

const LAUNCHER = join(__dirname, '../../scripts/stripe-simulator.mjs');
/** In blocks of 512 bytes or 1024, by the shell: some dozen payments. */
const ROOM = 200;

interface Started {
  child: ChildProcess;
  port: number;
  said: () => string;
}

/** What a process may write at most is what stands for a full disk. */
async function started(file: string, limited: boolean): Promise<Started> {
  // What the launcher compiles counts as well, so that is done before.
  const limit = limited ? `node "${LAUNCHER}" --help > /dev/null; ulimit -f ${String(ROOM)}; ` : '';
  const child = spawn('sh', ['-c', `${limit}exec node "${LAUNCHER}" --data "${file}"`]);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(first.toString())?.[1]);
  return { child, port, said: () => said };
}

describe('A data file that cannot be written any more', () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-full-'));
  const file = join(folder, 'stripe.jsonl');

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('makes changes fail, keeps the process and all that was answered, and is whole at the next start', async () => {
    const full = await started(file, true);
    const paid: string[] = [];
    const stripe = stripeClient(full.port);
    const refused = await failure(
      (async () => {
        for (let time = 0; time < 500; time += 1) {
          const { id } = await stripe.paymentIntents.create(confirmedPayment);
          paid.push(id);
        }
      })(),
    );
    expect(refused).toMatchObject({ statusCode: 500, type: 'StripeAPIError' });
    await eventually(full.said, (said) => said.includes('cannot be written'));
    expect(paid.length).toBeGreaterThan(5);
    expect(await stripe.paymentIntents.retrieve(paid[0] ?? '')).toMatchObject({ status: 'succeeded' });
    // Smaller changes may still find room, and must not stand behind half a line.
    for (let time = 0; time < 20; time += 1) await stripe.customers.create({ name: 'x' }).catch(() => undefined);
    full.child.kill('SIGKILL');
    await once(full.child, 'exit');

    const again = await started(file, false);
    try {
      const { payment_intents: kept } = await new SimulatorControl(`http://127.0.0.1:${String(again.port)}`).state();
      expect(kept.map(({ id }) => id)).toEqual(expect.arrayContaining(paid));
      expect(again.said()).toBe('');
    } finally {
      again.child.kill('SIGKILL');
    }
  });
});
