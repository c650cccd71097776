import { CreateApiKey } from '../../src/application/access/create-api-key';
import { RevokeApiKey } from '../../src/application/access/revoke-api-key';
import { RotateApiKey } from '../../src/application/access/rotate-api-key';
import { NodeKeySecrets } from '../../src/infrastructure/crypto/node-key-secrets';
import { TypeidIdentifiers } from '../../src/infrastructure/crypto/typeid-identifiers';
import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import { PostgresApiKeys } from '../../src/infrastructure/postgres/postgres-api-keys';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { SystemClock } from '../../src/infrastructure/wiring/system-clock';
import { House } from '../support/house';
import { freePort, RunningService } from '../support/running-service';

const PATH = '/api/v1/payments?limit=1';

let house: House;
let instances: RunningService[];
const source = () => createDataSource({ url: house.database.url, poolSize: 2 });
let dataSource: ReturnType<typeof source>;
let keys: PostgresApiKeys;
beforeAll(async () => {
  house = await House.build();
  const second = { databaseUrl: house.database.url, stripeUrl: house.stripeUrl, apiKey: house.apiKey };
  instances = [await house.open(), await RunningService.start({ ...second, port: await freePort() })];
  dataSource = await source().initialize();
  keys = new PostgresApiKeys(new PostgresUnitOfWork(dataSource));
});
afterAll(async () => {
  await dataSource.destroy();
  await instances[1]?.stop();
  await house.tearDown();
});

async function made() {
  const create = new CreateApiKey(keys, new NodeKeySecrets(), new TypeidIdentifiers(), new SystemClock());
  const created = await create.execute({ name: 'shop', role: 'finance' });
  if (!created.ok) throw new Error(created.error.reason);
  return created.value;
}

const everywhere = (key: string) => Promise.all(instances.map(async (each) => (await each.get(PATH, key)).status));

it('a revoked key is refused by the next request on every instance, both of its secrets, while it is in use', async () => {
  const { key, clearKey } = await made();
  const rotated = await new RotateApiKey(keys, new NodeKeySecrets()).execute({ id: key.id, overlap: 3_600_000 });
  const secrets = [clearKey, rotated.ok ? rotated.value.clearKey : ''];
  // In use on both, so that an instance that remembered keys would have them by now.
  for (let round = 0; round < 10; round++) {
    for (const secret of secrets) expect(await everywhere(secret)).toEqual([200, 200]);
  }
  expect(await new RevokeApiKey(keys, new SystemClock()).execute(key.id)).toBe('revoked');
  for (const secret of secrets) expect(await everywhere(secret)).toEqual([401, 401]);
});

it('a new secret is taken, and an old one without overlap refused, by the next request on every instance', async () => {
  const { key, clearKey } = await made();
  expect(await everywhere(clearKey)).toEqual([200, 200]);
  const rotated = await new RotateApiKey(keys, new NodeKeySecrets()).execute({ id: key.id, overlap: 0 });
  expect(await everywhere(rotated.ok ? rotated.value.clearKey : '')).toEqual([200, 200]);
  expect(await everywhere(clearKey)).toEqual([401, 401]);
});
