import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';

/**
 * The floor: what a receiver of Stripe's events costs that does no more than it must. It verifies, inserts one row with
 * a commit of its own, and answers. Its arguments are the database, the size of the pool and the signing secret.
 */
const [databaseUrl = '', connections = '', SECRET = ''] = process.argv.slice(2);
const pool = new Pool({ connectionString: databaseUrl, max: Number(connections) });
const TOLERANCE = 300;

const server = createServer((request, response) => {
  const answer = (status: number, text: string): void => {
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': text.length });
    response.end(text);
  };
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    if (!isSigned(body, request)) {
      answer(400, '{"received":false}');
      return;
    }
    store(body).then(
      () => {
        answer(200, '{"received":true}');
      },
      () => {
        answer(500, '{"received":false}');
      },
    );
  });
});

function isSigned(body: Buffer, request: IncomingMessage): boolean {
  const parts = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers['stripe-signature']));
  const [, time = '', signature = ''] = parts ?? [];
  if (Math.abs(Date.now() / 1000 - Number(time)) > TOLERANCE) return false;
  const expected = createHmac('sha256', SECRET).update(`${time}.`).update(body).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function store(body: Buffer): Promise<void> {
  const text = body.toString('utf8');
  const { id, type } = JSON.parse(text) as { id: string; type: string };
  await pool.query('INSERT INTO events (id, type, payload) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING', [
    id,
    type,
    text,
  ]);
}

async function main(): Promise<void> {
  await pool.query(
    `CREATE TABLE events (id text PRIMARY KEY, type text NOT NULL, payload text NOT NULL,
       received_at timestamptz NOT NULL DEFAULT now())`,
  );
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`listening on http://127.0.0.1:${String((server.address() as AddressInfo).port)}\n`);
  });
}

process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
void main();
