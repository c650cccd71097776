import { PostgresRefundPolicies } from '../../src/infrastructure/postgres/postgres-refund-policies';
import { ServiceDatabase } from '../support/service-database';

let service: ServiceDatabase;
let policies: PostgresRefundPolicies;
beforeAll(async () => {
  service = await ServiceDatabase.create();
  policies = new PostgresRefundPolicies(service.dataSource);
});
afterAll(() => service.close());

const [HASH, OTHER] = ['a'.repeat(64), 'b'.repeat(64)];
const CONTENT = { version: 'v1', policies: [], limits: {} };
const kept = () => service.sql('SELECT version, content, hash FROM refund_policies ORDER BY version');

it('A version is kept with its content when it is first in force, and may be so again', async () => {
  expect(await policies.keep('v1', CONTENT, HASH)).toBe(true);
  expect(await policies.keep('v1', CONTENT, HASH)).toBe(true);
  expect(await kept()).toEqual([{ version: 'v1', content: CONTENT, hash: HASH }]);
});

it('A version with another content is refused, and what is known stays', async () => {
  expect(await policies.keep('v1', { changed: true }, OTHER)).toBe(false);
  expect(await kept()).toEqual([{ version: 'v1', content: CONTENT, hash: HASH }]);
});

it('Of two instances that start at once with different contents, one is refused', async () => {
  const answers = await Promise.all([policies.keep('v2', { one: 1 }, HASH), policies.keep('v2', { two: 2 }, OTHER)]);
  expect(answers.filter(Boolean)).toHaveLength(1);
});

it('Versions are listed, the latest first, and each is shown as it was', async () => {
  const versions = await policies.list();
  expect(versions.map(({ version }) => version)).toEqual(['v2', 'v1']);
  expect(versions.every(({ firstUsedAt }) => firstUsedAt instanceof Date)).toBe(true);
  expect([await policies.contentOf('v1'), await policies.contentOf('v3')]).toEqual([CONTENT, null]);
});

it('A version that was never in force is unknown', async () => {
  expect([await policies.hashOf('v1'), await policies.hashOf('v3')]).toEqual([HASH, null]);
});
