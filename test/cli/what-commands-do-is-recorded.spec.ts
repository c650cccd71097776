import type { Provider } from '@nestjs/common';
import { CreateApiKey } from '../../src/application/access/create-api-key';
import { ListApiKeys } from '../../src/application/access/list-api-keys';
import { RevokeApiKey, type Revocation } from '../../src/application/access/revoke-api-key';
import { RotateApiKey } from '../../src/application/access/rotate-api-key';
import { AuditQueries } from '../../src/application/audit/audit-queries';
import { RecordAudit } from '../../src/application/audit/record-audit';
import { VerifyAudit } from '../../src/application/audit/verify-audit';
import { Input } from '../../src/presentation/cli/input';
import { Output } from '../../src/presentation/cli/output';
import { allCommands } from '../../src/presentation/cli/program';
import { InMemoryAuditQueries, InMemoryAuditTrail } from '../support/fakes/in-memory-audit-trail';
import { cashdesk, linesOf } from './command-line';

const KEY_ID = 'key_01jd8x3v5ze6w9q2r4t7y8u1p0';
/** The last words of commands that only show something. What is called otherwise and left out of the trail is a gap. */
const READING = /^(policies|list|show|find|expiring|status|verify|quote|balances|transactions|token)$/;

let trail: InMemoryAuditTrail;
beforeEach(() => {
  trail = new InMemoryAuditTrail();
});

function revoking(outcome: Revocation | Error): Provider[] {
  const execute = () => (outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome));
  return [
    { provide: RecordAudit, useValue: trail.record },
    { provide: RevokeApiKey, useValue: { execute } },
    { provide: CreateApiKey, useValue: {} },
    { provide: RotateApiKey, useValue: {} },
    { provide: ListApiKeys, useValue: { execute: () => Promise.resolve([]) } },
  ];
}

describe('A command that changes something', () => {
  it('is every one that does not bear the name of one that reads', async () => {
    const silent = new Input((async function* () {})());
    const commands = await allCommands({
      argv: [],
      version: '1',
      input: silent,
      output: new Output({ write() {} }, { write() {} }),
    });
    expect(commands.map(({ command }) => command)).toEqual(
      expect.arrayContaining(['payments cancel', 'keys create', 'audit verify', 'token']),
    );
    const gaps = commands.filter(({ command, writes }) => !writes && !READING.test(command.split(' ').at(-1) ?? ''));
    expect(gaps).toEqual([]);
    for (const command of ['payments cancel', 'keys create', 'keys rotate', 'keys revoke', 'encryption rotate']) {
      expect(commands).toContainEqual({ command, writes: true });
    }
  });

  it('is in the trail before and after it, with who and what', async () => {
    expect((await cashdesk(['keys', 'revoke', KEY_ID], revoking('revoked'))).exitCode).toBe(0);
    const act = {
      principal: expect.stringMatching(/^cli:./),
      role: 'operator',
      channel: 'cli',
      action: 'keys revoke',
      target: KEY_ID,
    };
    expect(trail.entries).toMatchObject([
      { ...act, phase: 'asked' },
      { ...act, phase: 'outcome', asked: 1, status: 0 },
    ]);
  });

  it('is there with its exit code when it failed', async () => {
    expect((await cashdesk(['keys', 'revoke', KEY_ID], revoking('key_not_found'))).exitCode).toBe(3);
    expect((await cashdesk(['keys', 'revoke', KEY_ID], revoking(new Error('boom')))).exitCode).toBe(1);
    expect(trail.entries.map(({ status }) => status)).toEqual([null, 3, null, 1]);
  });

  it('is not there with what may be a secret', async () => {
    await cashdesk(['keys', 'revoke', `ck_${KEY_ID.slice(4)}_${'A'.repeat(43)}`], revoking('key_not_found'));
    expect(trail.entries.map(({ target }) => target)).toEqual([null, null]);
  });

  it('is not done when it cannot be recorded', async () => {
    trail.failures = [new Error('no trail')];
    const { exitCode, out } = await cashdesk(['keys', 'revoke', KEY_ID], revoking(new Error('it was done')));
    expect({ exitCode, out, entries: trail.entries }).toEqual({ exitCode: 1, out: '', entries: [] });
  });

  it('is not one that only reads, nor one that was asked for wrongly', async () => {
    await cashdesk(['keys', 'list'], revoking('revoked'));
    await cashdesk(['keys', 'revoke'], revoking('revoked'));
    expect(trail.entries).toEqual([]);
  });
});

describe('cashdesk audit', () => {
  const services = (): Provider[] => [
    { provide: VerifyAudit, useValue: new VerifyAudit(trail, trail.mac) },
    { provide: AuditQueries, useValue: new InMemoryAuditQueries(trail) },
  ];

  it('verify says that the trail is whole, and its last place, which is an anchor', async () => {
    await cashdesk(['keys', 'revoke', KEY_ID], revoking('revoked'));
    const { exitCode, out } = await cashdesk(['audit', 'verify'], services());
    const anchor = `2:${trail.entries[1]!.hash}`;
    expect({ exitCode, out }).toEqual({
      exitCode: 0,
      out: `2 entries, all as they were appended. The last one: ${anchor}\n`,
    });
    expect((await cashdesk(['audit', 'verify', '--anchor', anchor], services())).exitCode).toBe(0);
    const other = await cashdesk(['audit', 'verify', '--anchor', `2:${'0'.repeat(64)}`], services());
    expect([other.exitCode, other.err]).toEqual([
      1,
      expect.stringContaining('first at entry 2 (is not the entry that the anchor says)'),
    ]);
  });

  it('verify names the first broken entry and every damage, on one line of problems', async () => {
    for (let n = 0; n < 3; n += 1) await cashdesk(['keys', 'revoke', KEY_ID], revoking('revoked'));
    trail.entries[1] = { ...trail.entries[1]!, principal: 'cli:other' };
    trail.entries.splice(3, 1);
    const { exitCode, out, err } = await cashdesk(['audit', 'verify'], services());
    expect({ exitCode, lines: linesOf(err).length }).toEqual({ exitCode: 1, lines: 1 });
    expect(err).toContain('first at entry 2 (changed');
    expect(out).toMatch(/2 +changed: it is not what was appended\n4 +removed\n/);
    const json = JSON.parse((await cashdesk(['audit', 'verify', '--json'], services())).out) as object;
    expect(json).toMatchObject({ intact: false, damaged: 2, damages: [{ kind: 'changed' }, { kind: 'removed' }] });
  });

  it('verify lists what was asked and never ended', async () => {
    trail.failures = [null, new Error('gone')];
    await cashdesk(['keys', 'revoke', KEY_ID], revoking('revoked'));
    const { exitCode, out } = await cashdesk(['audit', 'verify'], services());
    expect([exitCode, out]).toEqual([
      0,
      expect.stringMatching(new RegExp(`without an outcome.*keys revoke +${KEY_ID}`, 's')),
    ]);
  });

  it('list shows who did what', async () => {
    await cashdesk(['keys', 'revoke', KEY_ID], revoking('key_not_found'));
    const { out } = await cashdesk(['audit', 'list', '--since', '2026-12-01T10:30:00Z'], services());
    expect(linesOf(out)[1]).toMatch(
      new RegExp(`^ +2 +2026\\S+ +outcome of 1 +cli:\\S+ +operator +keys revoke +${KEY_ID} +3 +-$`),
    );
    expect(
      (
        await cashdesk(
          ['audit', 'list'],
          [...services(), { provide: AuditQueries, useValue: new InMemoryAuditQueries(new InMemoryAuditTrail()) }],
        )
      ).out,
    ).toBe('No entries match.\n');
  });

  it.each([
    ['list', '--since', 'yesterday'],
    ['list', '--since', '2026-02-30T10:00:00Z'],
    ['verify', '--anchor', '1'],
    ['verify', '--anchor', '0:' + '0'.repeat(64)],
  ])('%s %s %s is wrong usage', async (...args) => {
    expect((await cashdesk(['audit', ...args], services())).exitCode).toBe(2);
  });
});
