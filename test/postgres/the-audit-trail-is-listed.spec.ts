import { randomBytes } from 'node:crypto';
import type { AuditDraft } from '../../src/application/audit/audit-trail';
import type { AuditFilter } from '../../src/application/audit/audit-queries';
import { InvalidCursor } from '../../src/application/shared/page';
import { AesGcmCipher } from '../../src/infrastructure/crypto/aes-gcm-cipher';
import { HmacAuditMac } from '../../src/infrastructure/crypto/hmac-audit-mac';
import { PostgresAuditQueries } from '../../src/infrastructure/postgres/postgres-audit-queries';
import { PostgresAuditTrail } from '../../src/infrastructure/postgres/postgres-audit-trail';
import { ServiceDatabase } from '../support/service-database';

const CIPHER = new AesGcmCipher([{ id: 'audit', key: randomBytes(32) }]);
const ACT: AuditDraft = {
  ...{ phase: 'asked', asked: null, principal: 'sub:fred', role: 'finance', channel: 'http' },
  ...{ action: 'POST /payments/{id}/capture', target: 'pay_1', requestId: 'req_1', status: null, code: null },
  detail: { amount: 3_000 },
};

let db: ServiceDatabase;
let trail: PostgresAuditTrail;
let queries: PostgresAuditQueries;
beforeAll(async () => {
  db = await ServiceDatabase.create();
  trail = new PostgresAuditTrail(db.dataSource, new HmacAuditMac(randomBytes(32)), CIPHER, () => undefined);
  queries = new PostgresAuditQueries(db.unitOfWork, CIPHER);
  for (let n = 1; n <= 9; n += 1) {
    await trail.append({ ...ACT, ...(n % 3 === 0 ? { principal: 'key:key_1', action: 'keys revoke' } : {}) });
  }
});
afterAll(() => db.close());

async function listed(filter: AuditFilter, limit = 100, cursor: string | null = null): Promise<number[]> {
  return (await queries.list(filter, limit, cursor)).data.map(({ sequence }) => sequence);
}

describe('The audit trail', () => {
  it('is shown newest first, as it was recorded', async () => {
    const { data, nextCursor } = await queries.list({}, 1, null);
    expect(nextCursor).not.toBeNull();
    const { detail: _detail, ...record } = { ...ACT, principal: 'key:key_1', action: 'keys revoke' };
    const occurredAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as string;
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(data).toEqual([{ ...record, sequence: 9, occurredAt, hash, detail: { amount: 3_000 } }]);
  });

  it('is shown by principal, action, and from a time on', async () => {
    expect(await listed({ principal: 'key:key_1' })).toEqual([9, 6, 3]);
    expect(await listed({ action: 'keys revoke' }, 2)).toEqual([9, 6]);
    expect(await listed({ principal: 'sub:fred', action: 'keys revoke' })).toEqual([]);
    const [{ at } = { at: new Date() }] = await db.sql<{ at: Date }>(
      "SELECT date_trunc('milliseconds', occurred_at) AS at FROM audit_entries WHERE sequence = 5",
    );
    expect((await listed({ since: at })).slice(0, 5)).toEqual([9, 8, 7, 6, 5]);
    expect(await listed({ since: new Date(Date.now() + 60_000) })).toEqual([]);
  });

  it('has pages that miss none and repeat none, whatever is appended meanwhile', async () => {
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page = await queries.list({ principal: 'sub:fred' }, 2, cursor);
      seen.push(...page.data.map(({ sequence }) => sequence));
      cursor = page.nextCursor;
      if (seen.length === 2) await trail.append({ ...ACT, principal: 'sub:fred' });
    } while (cursor !== null);
    expect(seen).toEqual([8, 7, 5, 4, 2, 1]);
  });

  it.each([
    '',
    'abc',
    'MA',
    Buffer.from('9999999999999999').toString('base64url'),
    Buffer.from('1;').toString('base64url'),
  ])('refuses the cursor %j', async (cursor) => {
    await expect(queries.list({}, 1, cursor)).rejects.toThrow(InvalidCursor);
  });
});

it.each<[string, AuditFilter, boolean]>([
  ['without a filter', {}, false],
  ['by principal', { principal: 'sub:rare' }, false],
  ['by action', { action: 'rare' }, true],
  ['from a time on', { since: new Date('2026-11-01T00:00:00Z') }, true],
])('A page of a long trail is read by an index, %s', async (_what, filter, onPage) => {
  const long = await ServiceDatabase.create();
  await long.sql(`
    INSERT INTO audit_entries SELECT n, timestamptz '2026-01-01' + n * interval '1 second', 'asked', NULL, 'sub:' || n % 10,
      'admin', 'http', 'POST /' || n % 10, NULL, 'req_1', NULL, NULL, NULL, '', '' FROM generate_series(1, 20000) n`);
  await long.sql('ANALYZE audit_entries');
  let sql = '';
  let given: unknown[] = [];
  const manager = {
    query: (text: string, values: unknown[]) => {
      [sql, given] = [text, values];
      return Promise.resolve([]);
    },
  };
  await new PostgresAuditQueries(
    Object.create(long.unitOfWork, { manager: { value: manager } }) as typeof long.unitOfWork,
    CIPHER,
  ).list(filter, 20, onPage ? Buffer.from('15000').toString('base64url') : null);
  const [plan] = await long.sql<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, given);
  const nodes = nodesOf(plan!['QUERY PLAN'][0]!.Plan);
  expect(nodes.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
  const read = nodes.map((node) => node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0));
  expect(Math.max(...read)).toBeLessThanOrEqual(21);
  await long.close();
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: PlanNode[];
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
