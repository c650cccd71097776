import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_TYPE, problemBody, ProblemException } from './problem';
import { frameworkProblem } from './unexpected-errors';

/** What Node's parser says of bytes that are no request; the rest is a bad request. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** A problem for headers that no framework understood, straight to the socket. */
export function answerRawly(error: NodeJS.ErrnoException, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = rawProblem(STATUS_BY_CODE[error.code ?? ''] ?? 400);
  const body = problemBody(problem, requestId);
  const fields = { ...rawHeaders(requestId, body), connection: 'close' };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${String(problem.status)} ${STATUS_CODES[problem.status] ?? ''}`;
  socket.end(`${[status, ...head].join('\r\n')}\r\n\r\n${body}`);
}

/** Of answers that pass no hook. */
export function rawHeaders(requestId: string, body: string): Record<string, string> {
  return {
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  };
}

export function rawProblem(status: number): ProblemException {
  return frameworkProblem(status) ?? new ProblemException('bad_request', 'The request could not be read.');
}
