import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { dumpSchema } from '../../src/infrastructure/postgres/schema-dump';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/test-database';

const EVERYTHING = readFileSync(join(__dirname, 'schema-with-everything.sql'), 'utf8');

describe('The dump of the schema', () => {
  const databases: TestDatabase[] = [];

  afterEach(async () => {
    for (const database of databases.splice(0)) await database.drop();
  });

  async function withDatabase<T>(making: Promise<TestDatabase>, use: (client: Client) => Promise<T>): Promise<T> {
    const database = await making;
    databases.push(database);
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  function dumpAfter(sql: string): Promise<string> {
    return withDatabase(createEmptyDatabase(), async (client) => {
      await client.query(sql);
      return dumpSchema(client);
    });
  }

  it('makes the same schema again from what the migrations made', async () => {
    const dump = await withDatabase(createTestDatabase(), dumpSchema);
    expect(dump).toContain('CREATE TABLE');
    expect(await dumpAfter(dump)).toBe(dump);
  });

  it('makes the same schema again from one with everything in it', async () => {
    const dump = await dumpAfter(EVERYTHING);
    expect(await dumpAfter(dump)).toBe(dump);
  });

  it.each([
    "CREATE TYPE mood AS ENUM ('calm', 'o''clock');",
    'CREATE SEQUENCE receipt_numbers AS bigint INCREMENT BY 5',
    'CREATE SEQUENCE orders_number_seq AS integer',
    'ALTER SEQUENCE orders_number_seq OWNED BY orders.number;',
    'CREATE OR REPLACE FUNCTION public.newest_order()',
    'id bigint GENERATED ALWAYS AS IDENTITY NOT NULL',
    'total integer GENERATED ALWAYS AS ((price * quantity)) STORED',
    'DEFAULT now()',
    'CONSTRAINT orders_quantity_check CHECK ((quantity > 0))',
    'CONSTRAINT orders_pkey PRIMARY KEY (id)',
    'EXCLUDE USING gist (during WITH &&)',
    "CREATE UNIQUE INDEX one_open_order ON public.orders USING btree (customer) WHERE (mood = 'calm'::mood);",
    'ALTER TABLE orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer) REFERENCES customers(id) DEFERRABLE',
    'CREATE VIEW a_view_of_views AS',
    'CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON public.orders DEFERRABLE INITIALLY DEFERRED',
    'PARTITION OF events FOR VALUES FROM',
    'REVOKE UPDATE, DELETE, TRUNCATE ON customers FROM CURRENT_USER;',
  ])('knows: %s', async (definition) => {
    expect(await dumpAfter(EVERYTHING)).toContain(definition);
  });

  it('does not depend on the order in which things were made', async () => {
    const tables = ['CREATE TABLE b (id int)', 'CREATE TABLE a (id int)', 'CREATE INDEX z ON a (id)'];
    const other = ['CREATE TABLE a (id int)', 'CREATE INDEX z ON a (id)', 'CREATE TABLE b (id int)'];
    expect(await dumpAfter(other.join(';'))).toBe(await dumpAfter(tables.join(';')));
  });

  it("leaves TypeORM's own table out", async () => {
    expect(await dumpAfter('CREATE TABLE migrations (id serial PRIMARY KEY)')).not.toContain('migrations_id_seq');
  });

  it('leaves the connection as it was', async () => {
    await withDatabase(createEmptyDatabase(), async (client) => {
      await client.query('SET search_path TO pg_catalog');
      await dumpSchema(client);
      expect((await client.query('SHOW search_path')).rows).toEqual([{ search_path: 'pg_catalog' }]);
      await expect(client.query('CREATE TABLE public.writable (id int)')).resolves.toBeDefined();
    });
  });
});
