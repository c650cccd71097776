import 'reflect-metadata';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Input } from './presentation/cli/input';
import { Output } from './presentation/cli/output';
import { report, understand, type Asked, type Invocation } from './presentation/cli/program';

/** How long a connection that nobody closed may hold the process, in milliseconds. */
const LINGER = 500;

async function main(invocation: Invocation): Promise<number> {
  try {
    const asked = await understand(invocation);
    if (existsSync('.env')) process.loadEnvFile('.env');
    await run(invocation, asked);
    return 0;
  } catch (error) {
    return report(error, invocation.output);
  }
}

/** Loaded when they are needed: the libraries of the database and of Stripe take longer than a token. */
async function run(invocation: Invocation, asked: Asked): Promise<void> {
  if (asked.family === 'token') await (await import('./cli-token.js')).runToken(invocation, asked, process.env);
  else await (await import('./cli-services.js')).runOverServices(invocation, asked, process.env);
}

function version(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

/** Who reads us may stop reading, as `head` does. */
function survivePipesThatClose(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

survivePipesThatClose();
const output = new Output(process.stdout, process.stderr);
const input = new Input(process.stdin);
void main({ argv: process.argv, version: version(), input, output }).then((exitCode) => {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(), LINGER).unref();
});
