import 'reflect-metadata';
import { Readable } from 'node:stream';
import { Module, type Provider } from '@nestjs/common';
import { RecordAudit } from '../../src/application/audit/record-audit';
import { Identifiers } from '../../src/application/shared/identifiers';
import { Input } from '../../src/presentation/cli/input';
import { Output } from '../../src/presentation/cli/output';
import { perform, report, understand } from '../../src/presentation/cli/program';
import { InMemoryAuditTrail } from '../support/fakes/in-memory-audit-trail';
import { NumberedIdentifiers } from '../support/fakes/numbered-identifiers';

export interface Ended {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

@Module({})
class FakesModule {}

/** What a command needs that changes something. */
function everywhere(): Provider[] {
  return [
    { provide: RecordAudit, useValue: new InMemoryAuditTrail().record },
    { provide: Identifiers, useValue: new NumberedIdentifiers() },
  ];
}

/** Runs the command line as its composition root does, over fakes. */
export async function cashdesk(args: readonly string[], providers: Provider[] = [], stdin = ''): Promise<Ended> {
  const written = { out: '', err: '' };
  const output = new Output({ write: (text) => (written.out += text) }, { write: (text) => (written.err += text) });
  const input = new Input(Readable.from([stdin]));
  const invocation = { argv: ['node', 'cashdesk', ...args], version: '1.2.3', input, output };
  try {
    const asked = await understand(invocation);
    // What a spec provides itself comes last, and is the one that counts.
    const all = [...everywhere(), ...providers];
    await perform(invocation, asked, { module: FakesModule, global: true, providers: all, exports: all });
    return { exitCode: 0, ...written };
  } catch (error) {
    const exitCode = report(error, output);
    return { exitCode, ...written };
  }
}

export function linesOf(text: string): string[] {
  return text.trimEnd().split('\n');
}
