import { parseArgs } from 'node:util';
import { startSimulator, type RunningSimulator, type SimulatorOptions } from './simulator';

interface Arguments {
  simulator: SimulatorOptions;
  exitWithStdin: boolean;
}

function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      host: { type: 'string' },
      port: { type: 'string' },
      data: { type: 'string' },
      'webhook-url': { type: 'string' },
      'webhook-secret': { type: 'string' },
      'public-url': { type: 'string' },
      'exit-with-stdin': { type: 'boolean' },
    },
  });
  const { host, port, data } = values;
  if (port !== undefined && (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)) {
    throw new Error(`--port takes a number from 0 to 65535, not '${port}'`);
  }
  const webhook = readWebhook(values['webhook-url'], values['webhook-secret']);
  return {
    simulator: {
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port: Number(port) }),
      ...(data === undefined ? {} : { dataFile: data }),
      ...(values['public-url'] === undefined ? {} : { publicUrl: values['public-url'] }),
      ...(webhook === null ? {} : { webhook }),
    },
    exitWithStdin: values['exit-with-stdin'] ?? false,
  };
}

function readWebhook(url: string | undefined, secret: string | undefined): { url: string; secret: string } | null {
  if (url === undefined && secret === undefined) return null;
  if (url === undefined || secret === undefined) throw new Error('--webhook-url and --webhook-secret go together');
  if (!URL.canParse(url)) throw new Error(`--webhook-url takes an address, not '${url}'`);
  return { url, secret };
}

function endWith(simulator: RunningSimulator, exitWithStdin: boolean): void {
  const end = (): void => {
    void simulator.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (!exitWithStdin) return;
  process.stdin.resume();
  process.stdin.once('end', end);
  process.stdin.once('error', end);
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `another process already listens there (${message})`;
  return message.split('\n')[0] ?? message;
}

async function main(): Promise<void> {
  try {
    const { simulator: options, exitWithStdin } = readArguments(process.argv.slice(2));
    const simulator = await startSimulator(options);
    endWith(simulator, exitWithStdin);
    process.stdout.write(`Stripe simulator listening on ${simulator.url}\n`);
  } catch (error) {
    process.stderr.write(`stripe simulator: ${explain(error)}\n`);
    process.exitCode = 1;
  }
}

void main();
