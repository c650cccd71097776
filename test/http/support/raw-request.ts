import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { HttpFixture } from './http-app';

export async function listening(http: HttpFixture): Promise<number> {
  await http.app.listen(0, '127.0.0.1');
  return (http.app.getHttpServer().address() as AddressInfo).port;
}

export async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Everything that the server says until it closes the connection. */
export async function untilClosed(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('utf8');
}

export async function answerTo(port: number, bytes: string): Promise<string> {
  const socket = await opened(port);
  const answer = untilClosed(socket);
  socket.write(bytes);
  return answer;
}

/** The problem in an answer as it came over the wire. */
export function problemIn(answer: string): Record<string, unknown> {
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  return JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)) as Record<string, unknown>;
}
