import { helpText, readCommandLine } from './command-line';
import { startSimulator, type RunningSimulator, type SimulatorOptions } from './simulator';

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

function explain(error: unknown, { host = '127.0.0.1', port = 0, dataFile }: SimulatorOptions): string {
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  const place = `${host}:${String(port)}`;
  if (code === 'EADDRINUSE') return `another process already listens at ${place}: end it, or give another --port`;
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${host}: give another --host`;
  if (code === 'EACCES' && syscall === 'listen') return `${place} may not be listened at: give a --port from 1024 on`;
  if (syscall !== undefined && dataFile !== undefined) return `the file of --data cannot be used (${message})`;
  return message.split('\n')[0] ?? message;
}

/** Written at once: who reads no further than the first line would break the rest. */
function announce({ url, webhookSecret }: RunningSimulator, { webhook, dataFile }: SimulatorOptions): string {
  const rows = [
    ['Page', `${url}/`],
    ['API key', 'sk_test_simulator (any sk_test_… will do), pk_test_simulator in a browser'],
    ['Control', `${url}/_simulator names what it can do`],
    ...(webhook === undefined ? [] : [['Webhooks', `${webhook.url}, signed with ${webhookSecret ?? ''}`]]),
    ['State', dataFile ?? 'in memory'],
  ];
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(10)}${value}`);
  return `Stripe simulator listening on ${url}\n\n${lines.join('\n')}\n`;
}

async function main(): Promise<void> {
  let options: SimulatorOptions = {};
  try {
    const commandLine = readCommandLine(process.argv.slice(2));
    if (commandLine.help) {
      process.stdout.write(helpText());
      return;
    }
    options = commandLine.simulator;
    const simulator = await startSimulator(options);
    endWith(simulator, commandLine.exitWithStdin);
    process.stdout.write(announce(simulator, options));
  } catch (error) {
    process.stderr.write(`stripe simulator: ${explain(error, options)}\n`);
    process.exitCode = 1;
  }
}

void main();
