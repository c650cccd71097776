import 'reflect-metadata';
import { Readable } from 'node:stream';
import { Module, type Provider } from '@nestjs/common';
import { Input } from '../../src/presentation/cli/input';
import { Output } from '../../src/presentation/cli/output';
import { perform, report, understand } from '../../src/presentation/cli/program';

export interface Ended {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

@Module({})
class FakesModule {}

/** Runs the command line as its composition root does, over fakes. */
export async function cashdesk(args: readonly string[], providers: Provider[] = [], stdin = ''): Promise<Ended> {
  const written = { out: '', err: '' };
  const output = new Output({ write: (text) => (written.out += text) }, { write: (text) => (written.err += text) });
  const input = new Input(Readable.from([stdin]));
  const invocation = { argv: ['node', 'cashdesk', ...args], version: '1.2.3', input, output };
  try {
    const { family } = await understand(invocation);
    await perform(invocation, family, { module: FakesModule, global: true, providers, exports: providers });
    return { exitCode: 0, ...written };
  } catch (error) {
    const exitCode = report(error, output);
    return { exitCode, ...written };
  }
}

export function linesOf(text: string): string[] {
  return text.trimEnd().split('\n');
}
