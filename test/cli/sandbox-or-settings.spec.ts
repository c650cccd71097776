import 'reflect-metadata';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { runOverServices } from '../../src/cli-services';
import { runToken } from '../../src/cli-token';
import { SandboxFiles } from '../../src/infrastructure/settings/sandbox-files';
import { Input } from '../../src/presentation/cli/input';
import { Output } from '../../src/presentation/cli/output';
import { report, understand } from '../../src/presentation/cli/program';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/test-database';
import { query } from '../support/query';
import { linesOf, type Ended } from './command-line';

let folder: string;
let migrated: TestDatabase;
let empty: TestDatabase;

beforeAll(async () => {
  [migrated, empty] = await Promise.all([createTestDatabase(), createEmptyDatabase()]);
});

afterAll(async () => {
  await Promise.all([migrated.drop(), empty.drop()]);
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cashdesk-cli-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** As the composition root does, with these settings and the sandbox of `folder`. */
async function cashdesk(line: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const written = { out: '', err: '' };
  const output = new Output({ write: (text) => (written.out += text) }, { write: (text) => (written.err += text) });
  const invocation = {
    argv: ['node', 'cashdesk', ...line.split(' ')],
    version: '1',
    input: new Input(Readable.from([])),
    output,
  };
  const settings = { CASHDESK_DATA_DIR: folder, ...env };
  try {
    const asked = await understand(invocation);
    if (asked.family === 'token') await runToken(invocation, asked, settings);
    else await runOverServices(invocation, asked, settings);
    return { exitCode: 0, ...written };
  } catch (error) {
    const exitCode = report(error, output);
    return { exitCode, ...written };
  }
}

function refused({ exitCode, out, err }: Ended): { exitCode: number; line: string } {
  expect({ out, lines: linesOf(err).length }).toEqual({ out: '', lines: 1 });
  return { exitCode, line: err.trimEnd() };
}

describe('a token', () => {
  it('is made with the secret of the sandbox, whether that runs or not', async () => {
    new SandboxFiles(folder).secrets();
    const { exitCode, out, err } = await cashdesk('token --role customer --subject cus_7');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(decodeJwt(out.trim())).toMatchObject({ iss: 'cashdesk', aud: 'cashdesk', role: 'customer', sub: 'cus_7' });
  });

  it.each(['sk_live_1', 'sk_test_1'])('is not made with a key of Stripe (%s), whatever else is set', async (key) => {
    new SandboxFiles(folder).secrets();
    const ended = refused(await cashdesk('token --role admin', { STRIPE_SECRET_KEY: key }));
    expect(ended).toEqual({ exitCode: 1, line: expect.stringMatching(/^Tokens are made in the sandbox only/) });
  });

  it('needs a sandbox, or the secret, and does not make one up', async () => {
    expect(refused(await cashdesk('token --role admin')).exitCode).toBe(4);
    expect(readdirSync(folder)).toEqual([]);
    expect((await cashdesk('token --role admin', { JWT_SECRET: 's'.repeat(32) })).exitCode).toBe(0);
  });
});

describe('a command that needs the database', () => {
  it('says how to start the sandbox where none runs', async () => {
    expect(refused(await cashdesk('payments list'))).toEqual({
      exitCode: 4,
      line: 'The sandbox is not running: start it with npm start in this folder, or set DATABASE_URL.',
    });
  });

  it('finds the sandbox that runs', async () => {
    const files = new SandboxFiles(folder);
    files.secrets();
    files.announce({ pid: process.pid, databaseUrl: migrated.url, stripeApiUrl: 'http://127.0.0.1:1' });
    expect(await cashdesk('payments list')).toEqual({ exitCode: 0, out: 'There are no payments yet.\n', err: '' });
  });

  it('works on the database that is set, and leaves its writes in the audit trail', async () => {
    new SandboxFiles(folder).secrets();
    // Of its own: its keys are sealed by the ring of this folder.
    const own = await createTestDatabase();
    const env = { DATABASE_URL: own.url };
    const made = await cashdesk('keys create --name ci --role admin --json', env);
    const { key, clearKey } = JSON.parse(made.out) as { key: { id: string }; clearKey: string };
    expect(clearKey).toMatch(/^ck_/);
    expect((await cashdesk(`keys revoke ${key.id}`, env)).exitCode).toBe(0);
    const { out } = await cashdesk('keys list --json', env);
    expect(JSON.parse(out)).toMatchObject({ data: [{ id: key.id, name: 'ci', revokedAt: expect.any(String) }] });
    expect((await cashdesk('webhooks show evt_1', env)).exitCode).toBe(3);

    const { data } = JSON.parse((await cashdesk('audit list --json', env)).out) as { data: object[] };
    const act = { channel: 'cli', role: 'operator', principal: expect.stringMatching(/^cli:./) };
    expect(data.reverse()).toMatchObject([
      { ...act, phase: 'asked', action: 'keys create', target: null, detail: { name: 'given', role: 'admin' } },
      { ...act, phase: 'outcome', action: 'keys create', target: key.id, status: 0, asked: 1 },
      { ...act, phase: 'asked', action: 'keys revoke', target: key.id },
      { ...act, phase: 'outcome', action: 'keys revoke', target: key.id, status: 0, asked: 3 },
    ]);
    expect((await cashdesk('audit verify', env)).out).toMatch(/^4 entries, all as they were appended/);
    await own.drop();
  });

  it('says that the database cannot be reached', async () => {
    new SandboxFiles(folder).secrets();
    const ended = refused(await cashdesk('keys list', { DATABASE_URL: 'postgresql://127.0.0.1:1/none' }));
    expect(ended).toEqual({
      exitCode: 4,
      line: expect.stringMatching(/^The database cannot be reached .*DATABASE_URL/),
    });
  });

  it('says that the service was never started', async () => {
    new SandboxFiles(folder).secrets();
    const ended = refused(await cashdesk('keys list', { DATABASE_URL: empty.url }));
    expect(ended).toEqual({ exitCode: 1, line: expect.stringContaining('start the service once') });
  });

  it('names every wrong setting on one line', async () => {
    const ended = refused(await cashdesk('keys list', { DATABASE_URL: 'mysql://x', PORT: 'x' }));
    expect(ended).toEqual({ exitCode: 1, line: expect.stringMatching(/PORT .*DATABASE_URL /) });
  });
});

describe('payments cancel', () => {
  const cancel = 'payments cancel pay_01jd8x3v5ze6w9q2r4t7y8u1p0';

  it('asks no Stripe but the one that the database belongs to', async () => {
    await query(migrated.url, "INSERT INTO stripe_binding (stripe_account, livemode) VALUES ('acct_1', true)");
    new SandboxFiles(folder).secrets();
    expect(refused(await cashdesk(cancel, { DATABASE_URL: migrated.url }))).toEqual({
      exitCode: 4,
      line: expect.stringMatching(/^The Stripe simulator is not running/),
    });
    const other = {
      DATABASE_URL: migrated.url,
      STRIPE_SECRET_KEY: 'sk_test_1',
      STRIPE_WEBHOOK_SECRET: 'whsec_1',
      STRIPE_API_URL: 'http://127.0.0.1:1',
    };
    expect(refused(await cashdesk(cancel, other))).toEqual({
      exitCode: 1,
      line: expect.stringMatching(/^The database belongs to acct_1/),
    });
  });
});
