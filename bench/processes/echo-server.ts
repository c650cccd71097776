import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The floor: what a server costs that only reads a body and sends it back. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': body.length });
    response.end(body);
  });
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${String((server.address() as AddressInfo).port)}\n`);
});
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
