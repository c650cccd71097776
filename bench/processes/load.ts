import { connect, type Socket } from 'node:net';

export interface LoadOrder {
  port: number;
  path: string;
  form: string;
  connections: number;
  requests: number;
}

export type LoadReport = { ms: number } | { problem: string };

const HEAD_END = '\r\n\r\n';

/**
 * Keeps a server busy over connections that stay open, each with one request at a time. It writes to sockets itself:
 * an HTTP client would cost as much as the server that is measured.
 */
class Load {
  private sent = 0;
  private answered = 0;

  constructor(
    private readonly order: LoadOrder,
    private readonly run: string,
  ) {}

  async ms(): Promise<number> {
    const { port, connections } = this.order;
    const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
    const start = performance.now();
    try {
      await new Promise<void>((resolve, reject) => {
        for (const socket of sockets) this.keepBusy(socket, resolve, reject);
      });
      return performance.now() - start;
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  }

  private keepBusy(socket: Socket, resolve: () => void, reject: (error: Error) => void): void {
    let answer = '';
    let size = 0;
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('the server closed a connection'));
    });
    socket.on('data', (chunk: string) => {
      answer += chunk;
      if (size === 0) size = sizeOf(answer);
      if (size === 0 || answer.length < size) return;
      if (!answer.startsWith('HTTP/1.1 200 ')) reject(new Error(`not answered with 200: ${answer}`));
      answer = '';
      size = 0;
      this.answered += 1;
      if (this.answered === this.order.requests) resolve();
      this.next(socket);
    });
    this.next(socket);
  }

  private next(socket: Socket): void {
    if (this.sent === this.order.requests) return;
    this.sent += 1;
    const { path, form } = this.order;
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk_test_bench\r\n` +
        `Idempotency-Key: ${this.run}-${String(this.sent)}\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
        `Content-Length: ${String(form.length)}${HEAD_END}${form}`,
    );
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

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

let runs = 0;
process.on('message', (order: LoadOrder) => {
  runs += 1;
  new Load(order, `bench-${String(process.pid)}-${String(runs)}`).ms().then(
    (ms) => process.send?.({ ms } satisfies LoadReport),
    (error: unknown) => process.send?.({ problem: String(error) } satisfies LoadReport),
  );
});
