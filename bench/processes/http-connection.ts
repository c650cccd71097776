import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';

/** Takes an answer: its status and all of its text, head and body. */
export type Answered = (status: number, answer: string) => void;

/**
 * One connection that stays open, with one request at a time. It writes to the socket itself: an HTTP client would cost
 * as much as the server that is measured.
 */
export class HttpConnection {
  private answer = '';
  private size = 0;
  private answered: Answered | null = null;

  private constructor(
    private readonly socket: Socket,
    onFailure: (error: Error) => void,
  ) {
    socket.setEncoding('latin1');
    socket.on('error', onFailure);
    socket.on('close', () => {
      onFailure(new Error('the server closed a connection'));
    });
    socket.on('data', (chunk: string) => {
      this.take(chunk);
    });
  }

  static open(port: number, onFailure: (error: Error) => void): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new HttpConnection(socket, onFailure));
      });
    });
  }

  /** @param request all of it, with its Content-Length. */
  ask(request: string | Buffer, answered: Answered): void {
    this.answered = answered;
    this.socket.write(request);
  }

  close(): void {
    this.socket.removeAllListeners('close');
    this.socket.destroy();
  }

  private take(chunk: string): void {
    this.answer += chunk;
    if (this.size === 0) this.size = sizeOf(this.answer);
    if (this.size === 0 || this.answer.length < this.size) return;
    const { answer, answered } = this;
    this.answer = '';
    this.size = 0;
    answered?.(Number(answer.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)), answer);
  }
}

/** How long the whole answer is, once its head is there. */
function sizeOf(answer: string): number {
  const end = answer.indexOf(HEAD_END);
  if (end < 0) return 0;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end));
  if (length === null) throw new Error(`an answer without Content-Length: ${answer}`);
  return end + HEAD_END.length + Number(length[1]);
}
