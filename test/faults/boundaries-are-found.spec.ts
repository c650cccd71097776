import { once } from 'node:events';
import http, { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { Boundaries, type Met } from '../processes/boundaries';
import { watchDatabase } from '../processes/watched-database';
import { watchStripe } from '../processes/watched-stripe';
import { createEmptyDatabase, type TestDatabase } from '../support/test-database';
import { boundariesIn, nameOf } from './crash-points/boundaries-in';

const boundaries = new Boundaries();
watchDatabase(boundaries);

beforeEach(() => {
  boundaries.watch(null);
});

function found(idle: readonly Met[] = []): string[] {
  return boundariesIn(boundaries.met, idle).map(nameOf);
}

describe('a boundary of the database', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('CREATE TABLE money (id int PRIMARY KEY, amount int)');
    await client.query('CREATE TABLE notes (id int PRIMARY KEY)');
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });
  beforeEach(async () => {
    await client.query('TRUNCATE money, notes');
  });

  it('is each statement that changes something by itself, before it is sent and after it was done', async () => {
    await client.query('INSERT INTO money VALUES (1, 10) ON CONFLICT (id) DO UPDATE SET amount = 10');
    await client.query({ text: 'UPDATE money SET amount = $1', values: [20] });
    await client.query('WITH gone AS (DELETE FROM money RETURNING id) INSERT INTO notes SELECT id FROM gone');
    expect(found()).toEqual([
      'before commit +money',
      'after commit +money',
      'before commit ~money',
      'after commit ~money',
      'before commit -money +notes',
      'after commit -money +notes',
    ]);
  });

  it('is the commit of a transaction with all that it changed, and no statement within', async () => {
    await client.query('START TRANSACTION');
    await client.query('INSERT INTO money VALUES (1, 10)');
    await client.query('SELECT * FROM money FOR UPDATE');
    await client.query('UPDATE notes SET id = 2');
    await client.query('INSERT INTO notes VALUES (1)');
    expect(found()).toEqual([]);
    await client.query('COMMIT');
    expect(found()).toEqual(['before commit +money +notes', 'after commit +money +notes']);
  });

  it('is none where nothing is changed, or all of it is rolled back, or a statement fails', async () => {
    await client.query('SELECT * FROM money FOR UPDATE');
    await client.query('BEGIN');
    await client.query('SELECT * FROM money FOR NO KEY UPDATE');
    await client.query('COMMIT');
    await client.query('BEGIN');
    await client.query('INSERT INTO money VALUES (1, 10)');
    await client.query('ROLLBACK');
    await client.query('INSERT INTO money VALUES (1, NULL), (1, NULL)').catch(() => undefined);
    expect(found()).toEqual([]);
  });

  it('is, of a statement that looks for work, after it found some', async () => {
    const look = () => client.query('UPDATE money SET amount = 0 WHERE amount > 0');
    await look();
    const idle = boundaries.met;
    boundaries.watch(null);
    await client.query('INSERT INTO money VALUES (1, 10)');
    await look();
    await look();
    expect(found(idle)).toEqual(['before commit +money', 'after commit +money', 'after commit ~money']);
  });

  it('is known before anybody else hears of it', async () => {
    const heard = client.query('INSERT INTO money VALUES (1, 10)').then(() => found());
    expect(await heard).toEqual(['before commit +money', 'after commit +money']);
    const called = new Promise((resolve) => {
      client.query('DELETE FROM money', () => resolve(found().slice(2)));
    });
    expect(await called).toEqual(['before commit -money', 'after commit -money']);
  });
});

describe('a boundary at Stripe', () => {
  let server: Server;
  let port: number;
  const ask = async (path: string, to = port) => {
    const request = http.request({ host: '127.0.0.1', port: to, path, method: 'POST' }).end();
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
    await once(answer.resume(), 'end');
  };

  beforeAll(async () => {
    server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    watchStripe(boundaries, `http://127.0.0.1:${String(port)}`);
  });
  afterAll(() => {
    server.close();
  });

  it('is each request, by its path without ids, and numbered', async () => {
    await ask('/v1/payment_intents/pi_1ABC/capture?expand=1');
    await ask('/v1/payment_intents/pi_2DEF/capture');
    expect(found()).toEqual([
      'before stripe POST /v1/payment_intents/:id/capture',
      'after stripe POST /v1/payment_intents/:id/capture',
      'before stripe POST /v1/payment_intents/:id/capture (2)',
      'after stripe POST /v1/payment_intents/:id/capture (2)',
    ]);
  });

  it('is none to another server, and none that is asked in idleness too', async () => {
    const other = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    await ask('/v1/customers', (other.address() as AddressInfo).port);
    expect(found()).toEqual([]);
    await ask('/v1/events');
    expect(found(boundaries.met)).toEqual([]);
    other.close();
  });
});
