import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { AuditDraft } from '../../src/application/audit/audit-trail';
import { VerifyAudit } from '../../src/application/audit/verify-audit';
import { BEGINNING, headAt, link, type AuditPlace } from '../../src/domain/audit/chain';
import type { Inspection } from '../../src/domain/audit/chain-inspection';
import { AesGcmCipher } from '../../src/infrastructure/crypto/aes-gcm-cipher';
import { HmacAuditMac } from '../../src/infrastructure/crypto/hmac-audit-mac';
import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import { migrate } from '../../src/infrastructure/postgres/prepare-database';
import { PostgresAuditTrail } from '../../src/infrastructure/postgres/postgres-audit-trail';
import { ServiceDatabase } from '../support/service-database';
import { createEmptyDatabase } from '../support/test-database';

const MAC = new HmacAuditMac(randomBytes(32));
const CIPHER = new AesGcmCipher([{ id: 'audit', key: randomBytes(32) }]);

const ACT: AuditDraft = {
  ...{ phase: 'asked', asked: null, principal: 'sub:fred', role: 'finance', channel: 'http' },
  ...{ action: 'POST /payments/{id}/capture', target: 'pay_1', requestId: 'req_1', status: null, code: null },
  detail: { amount: 3_000 },
};
const DONE: AuditDraft = { ...ACT, phase: 'outcome', asked: 1, status: 200, detail: null };

let db: ServiceDatabase;
let anchors: AuditPlace[];
let trail: PostgresAuditTrail;
beforeEach(async () => {
  db = await ServiceDatabase.create();
  anchors = [];
  trail = new PostgresAuditTrail(db.dataSource, MAC, CIPHER, (place) => anchors.push(place));
});
afterEach(() => db.close());

/** Six entries: three times asked and done. */
async function fill(): Promise<void> {
  for (let n = 1; n <= 3; n += 1) {
    const { sequence } = await trail.append(ACT);
    await trail.append({ ...DONE, asked: sequence });
  }
}

function verify(anchor: AuditPlace | null = null): Promise<Inspection> {
  return new VerifyAudit(trail, MAC).execute(anchor);
}

/** As a superuser who knows what stands in the way. */
async function tamper(...statements: string[]): Promise<void> {
  const triggers = { audit_entries: 'audit_entries_stay', audit_head: 'audit_head_stays' };
  for (const table of Object.keys(triggers)) await db.sql(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
  for (const statement of statements) await db.sql(statement);
  for (const [table, name] of Object.entries(triggers))
    await db.sql(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${name}`);
}

const found = ({ damages }: Inspection) =>
  damages.map(({ kind, sequence, until }) => (until === sequence ? [kind, sequence] : [kind, sequence, until]));

describe('The audit trail', () => {
  it('links what is appended, and is found whole', async () => {
    await fill();
    expect(await verify()).toMatchObject({ entries: 6, damaged: 0, unfinished: [], last: { sequence: 6 } });
    expect(anchors.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const anchor of anchors) expect(found(await verify(anchor))).toEqual([]);
    expect(JSON.stringify(await db.sql('SELECT * FROM audit_entries'))).not.toContain('3000');
  });

  it('is whole before anything was appended', async () => {
    expect(await verify()).toMatchObject({ entries: 0, damaged: 0 });
  });

  it('is one unbroken chain of what two instances append at once', async () => {
    const other = createDataSource({ url: db.database.url });
    await other.initialize();
    const second = new PostgresAuditTrail(other, MAC, CIPHER, () => undefined);
    const appended = await Promise.all(
      Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? trail : second).append({ ...ACT, requestId: `req_${n}` })),
    );
    await other.destroy();
    expect(appended.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 60 }, (_, n) => n + 1),
    );
    const { entries, damaged, unfinished } = await verify();
    expect({ entries, damaged, unfinished: unfinished.length }).toEqual({ entries: 60, damaged: 0, unfinished: 60 });
  });

  it('begins once, whoever of four instances appends first', async () => {
    const sources = Array.from({ length: 4 }, () => createDataSource({ url: db.database.url, poolSize: 2 }));
    for (const source of sources) await source.initialize();
    for (let round = 0; round < 30; round += 1) {
      await tamper('TRUNCATE audit_entries, audit_head');
      const instances = sources.map((source) => new PostgresAuditTrail(source, MAC, CIPHER, () => undefined));
      await Promise.all(Array.from({ length: 12 }, (_, n) => instances[n % 4]!.append(ACT)));
      expect(await verify()).toMatchObject({ entries: 12, damaged: 0 });
    }
    for (const source of sources) await source.destroy();
  });

  it('names what was asked and never ended', async () => {
    await fill();
    await trail.append({ ...ACT, target: 'pay_2' });
    expect((await verify()).unfinished).toMatchObject([{ sequence: 7, target: 'pay_2', principal: 'sub:fred' }]);
  });

  it.each([
    `UPDATE audit_entries SET principal = 'sub:other' WHERE sequence = 2`,
    'DELETE FROM audit_entries WHERE sequence = 6',
    'TRUNCATE audit_entries',
    'DELETE FROM audit_head',
    'TRUNCATE audit_head',
    'SET session_replication_role = replica; DELETE FROM audit_entries',
  ])('refuses, whoever asks, a superuser too: %s', async (statement) => {
    await fill();
    await expect(db.sql(statement)).rejects.toMatchObject({ code: '42501' });
    expect(await verify()).toMatchObject({ entries: 6, damaged: 0 });
  });

  it('is denied to the account of the application by right, before any trigger is asked', async () => {
    const database = await createEmptyDatabase();
    const role = `app_${randomBytes(4).toString('hex')}`;
    await db.sql(`CREATE ROLE ${role} LOGIN`);
    const name = new URL(database.url).pathname.slice(1);
    await db.sql(`ALTER DATABASE ${name} OWNER TO ${role}`);
    const url = Object.assign(new URL(database.url), { username: role }).toString();
    const own = createDataSource({ url });
    await own.initialize();
    await migrate(own);
    const ownTrail = new PostgresAuditTrail(own, MAC, CIPHER, () => undefined);
    await ownTrail.append(ACT);
    await ownTrail.append(DONE);
    for (const statement of [
      "UPDATE audit_entries SET role = 'x'",
      'DELETE FROM audit_entries',
      'TRUNCATE audit_entries',
      'DELETE FROM audit_head',
    ]) {
      await expect(own.query(statement)).rejects.toThrow(/^permission denied for table audit_/);
    }
    expect(found(await new VerifyAudit(ownTrail, MAC).execute(null))).toEqual([]);
    await own.destroy();
    await database.drop();
    await db.sql(`DROP ROLE ${role}`);
  });
});

describe('A superuser who switches the triggers off is found out, who', () => {
  beforeEach(fill);

  it.each(['principal', 'role', 'action', 'target', 'request_id', 'code', 'detail'])(
    'changed the %s of an entry',
    async (column) => {
      await tamper(`UPDATE audit_entries SET ${column} = 'other' WHERE sequence = 3`);
      expect(found(await verify())).toEqual([['changed', 3]]);
    },
  );

  it('changed a time by a microsecond', async () => {
    await tamper(`UPDATE audit_entries SET occurred_at = occurred_at + interval '1 microsecond' WHERE sequence = 4`);
    expect(found(await verify())).toEqual([['changed', 4]]);
  });

  it('changed an entry and made its hash and all that follow anew, without the key', async () => {
    const forger = new HmacAuditMac(randomBytes(32));
    const rows = await db.sql<{ sequence: string; hash: string }>(
      'SELECT sequence, hash FROM audit_entries ORDER BY 1',
    );
    let last: AuditPlace = { sequence: 2, hash: rows[1]!.hash };
    const updates = rows.slice(2).map(() => {
      const { detail: _detail, ...draft } = DONE;
      const forged = link(forger, last, { ...draft, detail: null }, '2026-12-01T10:00:00.000000Z');
      last = forged;
      return `UPDATE audit_entries SET hash = '${forged.hash}', previous_hash = '${forged.previousHash}' WHERE sequence = ${forged.sequence}`;
    });
    const { mac } = headAt(forger, last);
    await tamper(...updates, `UPDATE audit_head SET hash = '${last.hash}', mac = '${mac}'`);
    expect(found(await verify())).toEqual([
      ['changed', 3],
      ['changed', 4],
      ['changed', 5],
      ['changed', 6],
      ['head_wrong', 6],
    ]);
  });

  it('removed entries from the middle', async () => {
    await tamper('DELETE FROM audit_entries WHERE sequence IN (3, 4)');
    expect(found(await verify())).toEqual([['removed', 3, 4]]);
  });

  it('cut the tail', async () => {
    await tamper('DELETE FROM audit_entries WHERE sequence > 4');
    expect(found(await verify())).toEqual([['tail_cut', 5, 6]]);
  });

  it('cut the tail, before the application went on', async () => {
    await tamper('DELETE FROM audit_entries WHERE sequence > 4');
    await trail.append(ACT);
    expect(found(await verify())).toEqual([['removed', 5, 6]]);
  });

  it('cut the tail and forged the head, also when the application went on since', async () => {
    await tamper(
      'DELETE FROM audit_entries WHERE sequence > 4',
      'UPDATE audit_head h SET sequence = 4, hash = e.hash FROM audit_entries e WHERE e.sequence = 4',
    );
    expect(found(await verify())).toEqual([['head_wrong', 4]]);
    await trail.append(ACT);
    expect(found(await verify())).toEqual([['head_wrong', 5]]);
    expect(await verify()).toMatchObject({ entries: 6, unfinished: [{ sequence: 6 }] });
  });

  it('removed the head, also when the application went on since', async () => {
    await tamper('DELETE FROM audit_head');
    expect(found(await verify())).toEqual([['head_wrong', 6]]);
    await trail.append(ACT);
    expect(found(await verify())).toEqual([['head_wrong', 7]]);
  });

  it('moved the head far ahead, which keeps nobody from work', async () => {
    await tamper('UPDATE audit_head SET sequence = 1000');
    expect(found(await verify())).toEqual([['head_wrong', 1000]]);
    expect(await trail.append(ACT)).toMatchObject({ sequence: 8 });
    expect(found(await verify())).toEqual([['head_wrong', 7]]);
  });

  it('set the head back to an older one, which was genuine once', async () => {
    const [head] = await db.sql<Record<string, string>>('SELECT * FROM audit_head');
    await trail.append(ACT);
    await tamper(`UPDATE audit_head SET sequence = ${head!.sequence!}, hash = '${head!.hash!}', mac = '${head!.mac!}'`);
    expect(found(await verify())).toEqual([['head_wrong', 6]]);
    expect(await trail.append(ACT)).toMatchObject({ sequence: 9 });
    expect(found(await verify())).toEqual([['head_wrong', 8]]);
  });

  it('set everything back to how it once was: only an anchor from outside shows that', async () => {
    const [head] = await db.sql<Record<string, string>>('SELECT * FROM audit_head');
    const anchor = await trail.append(ACT);
    await tamper(
      'DELETE FROM audit_entries WHERE sequence = 7',
      `UPDATE audit_head SET sequence = ${head!.sequence!}, hash = '${head!.hash!}', mac = '${head!.mac!}'`,
    );
    expect(found(await verify())).toEqual([]);
    expect(found(await verify(anchor))).toEqual([['anchor_broken', 7]]);
    await trail.append({ ...ACT, target: 'pay_other' });
    expect(found(await verify(anchor))).toEqual([['anchor_broken', 7]]);
  });

  it('swapped two entries', async () => {
    await tamper(
      'UPDATE audit_entries SET sequence = -1 WHERE sequence = 2',
      'UPDATE audit_entries SET sequence = 2 WHERE sequence = 5',
      'UPDATE audit_entries SET sequence = 5 WHERE sequence = -1',
    );
    expect(found(await verify())).toEqual([
      ['changed', 2],
      ['changed', 5],
    ]);
  });

  it('inserted entries at the end and before the beginning', async () => {
    const copy = (sequence: number) =>
      `INSERT INTO audit_entries SELECT (jsonb_populate_record(e, '{"sequence": ${sequence}}')).* FROM audit_entries e WHERE e.sequence = 6`;
    await tamper(copy(7), copy(0));
    expect(found(await verify())).toEqual([
      ['inserted', 0],
      ['inserted', 7],
    ]);
    await trail.append(ACT);
    expect(found(await verify())).toEqual([
      ['inserted', 0],
      ['changed', 7],
      ['head_wrong', 8],
    ]);
  });

  it('put an entry of another chain in its place', async () => {
    const { detail: _detail, ...draft } = DONE;
    const stranger = link(
      MAC,
      { ...BEGINNING, sequence: 2 },
      { ...draft, asked: 1, detail: null },
      '2026-12-01T10:00:00.000000Z',
    );
    await tamper(
      'DELETE FROM audit_entries WHERE sequence = 3',
      `INSERT INTO audit_entries VALUES (3, '${stranger.occurredAt}', 'outcome', 1, 'sub:fred', 'finance', 'http',
        '${stranger.action}', 'pay_1', 'req_1', 200, NULL, NULL, '${stranger.previousHash}', '${stranger.hash}')`,
    );
    expect(found(await verify())).toEqual([
      ['unlinked', 3],
      ['unlinked', 4],
    ]);
  });
});

it('reads a long trail in pieces, and tells how far it is', async () => {
  await Promise.all(Array.from({ length: 2_500 }, () => trail.append({ ...DONE, asked: 1 })));
  const told: number[] = [];
  const client = new Client({ connectionString: db.database.url });
  await client.connect();
  const inspection = await trail.inspect(async ({ head, entries }) => {
    for await (const { sequence } of entries) {
      if (sequence % 1_000 === 0) told.push(sequence);
      // What is appended meanwhile belongs to the next look.
      if (sequence === 1) await client.query('SELECT 1');
    }
    return head?.sequence;
  });
  await client.end();
  expect([inspection, told]).toEqual([2_500, [1_000, 2_000]]);
  expect(await verify()).toMatchObject({ entries: 2_500, damaged: 0 });
});
