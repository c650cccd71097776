import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { overRounds, type Benchmark } from './figures';
import { Cashdesk, DataFolder } from './processes/cashdesk';
import { progress } from './progress';

const ROOT = join(__dirname, '../..');
const ROUNDS = 9;
const CLI = [process.execPath, join(ROOT, 'dist/src/cli.js')];
const NPM = ['npm', 'run', '--silent', 'cashdesk', '--'];
const TOKEN = ['token', '--role', 'admin'];
const LIST = ['payments', 'list'];

/** From cold to ready, and the commands that a person waits for. The floor of each is a Node that does nothing. */
export async function benchmark(): Promise<Benchmark> {
  const folder = new DataFolder();
  const ready: number[] = [];
  const bare: number[] = [];
  const commands = {
    'cashdesk token': [] as number[],
    'cashdesk payments list': [] as number[],
    'npm run cashdesk -- token': [] as number[],
    'npm run cashdesk -- payments list': [] as number[],
  };
  try {
    progress('start: setting the database up');
    await (await Cashdesk.start({ folder })).stop();
    for (let round = 1; round <= ROUNDS; round += 1) {
      progress(`start: round ${String(round)} of ${String(ROUNDS)}`);
      const service = await Cashdesk.start({ folder });
      ready.push(service.readyAfter);
      bare.push(timed([process.execPath, '-e', '0'], folder));
      commands['cashdesk token'].push(timed([...CLI, ...TOKEN], folder));
      commands['cashdesk payments list'].push(timed([...CLI, ...LIST], folder));
      commands['npm run cashdesk -- token'].push(timed([...NPM, ...TOKEN], folder));
      commands['npm run cashdesk -- payments list'].push(timed([...NPM, ...LIST], folder));
      await service.stop();
    }
  } finally {
    await folder.remove();
  }
  const seconds = (name: string, values: readonly number[], most?: number) =>
    overRounds(
      name,
      's',
      values.map((ms) => ms / 1_000),
      most === undefined ? undefined : { most },
    );
  return {
    name: 'Start',
    conditions: { rounds: ROUNDS, 'with the embedded database and the simulator': true, node: process.version },
    figures: [
      seconds('a Node that does nothing', bare),
      seconds('from the start of the process to ready', ready, 3),
      ...Object.entries(commands).map(([name, values]) => seconds(name, values, 1)),
    ],
  };
}

/** From the start of the command to its end, in milliseconds. */
function timed([command = '', ...args]: readonly string[], folder: DataFolder): number {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, CASHDESK_DATA_DIR: folder.data };
  const start = performance.now();
  const { status, stderr } = spawnSync(command, args, { cwd: ROOT, env, encoding: 'utf8' });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${String(status)}: ${stderr}`);
  return ms;
}
