import { connect, type Socket } from 'node:net';

export interface LoadOrder {
  port: number;
  /** POST unless given. */
  method?: 'GET' | 'POST';
  path: string;
  /** The body; `{n}` in it becomes a number that no other request has. */
  form: string;
  connections: number;
  requests: number;
  /** In place of those of a call to Stripe. Each request has an `Idempotency-Key` of its own besides. */
  headers?: Readonly<Record<string, string>>;
  /** What each answer must have, 200 unless given. */
  status?: number;
}

export interface LoadFigures {
  /** From the first request to the last answer. */
  ms: number;
  /** Of each request, in milliseconds, in the order of the answers. */
  latencies: number[];
}

export type LoadReport = LoadFigures | { problem: string };

const STRIPE_HEADERS = {
  Authorization: 'Bearer sk_test_bench',
  'Content-Type': 'application/x-www-form-urlencoded',
};

const HEAD_END = '\r\n\r\n';

/**
 * Keeps a server busy over connections that stay open, each with one request at a time. It writes to sockets itself:
 * an HTTP client would cost as much as the server that is measured.
 */
class Load {
  private sent = 0;
  private readonly latencies: number[] = [];
  private readonly head: string;
  private readonly status: string;

  constructor(
    private readonly order: LoadOrder,
    private readonly run: string,
  ) {
    const { method = 'POST', path, headers = STRIPE_HEADERS, status = 200 } = order;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${lines.join('')}`;
    this.status = `HTTP/1.1 ${String(status)} `;
  }

  async figures(): Promise<LoadFigures> {
    const { port, connections } = this.order;
    const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
    const start = performance.now();
    try {
      await new Promise<void>((resolve, reject) => {
        for (const socket of sockets) this.keepBusy(socket, resolve, reject);
      });
      return { ms: performance.now() - start, latencies: this.latencies };
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  }

  private keepBusy(socket: Socket, resolve: () => void, reject: (error: Error) => void): void {
    let answer = '';
    let size = 0;
    let asked = performance.now();
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('the server closed a connection'));
    });
    socket.on('data', (chunk: string) => {
      answer += chunk;
      if (size === 0) size = sizeOf(answer);
      if (size === 0 || answer.length < size) return;
      const now = performance.now();
      if (!answer.startsWith(this.status)) reject(new Error(`not answered with ${this.status}: ${answer}`));
      answer = '';
      size = 0;
      this.latencies.push(now - asked);
      asked = now;
      if (this.latencies.length === this.order.requests) resolve();
      this.next(socket);
    });
    this.next(socket);
  }

  private next(socket: Socket): void {
    if (this.sent === this.order.requests) return;
    this.sent += 1;
    const unique = `${this.run}-${String(this.sent)}`;
    const body = this.order.form.replaceAll('{n}', unique);
    const length = Buffer.byteLength(body);
    const more = length === 0 ? '' : `Content-Length: ${String(length)}\r\n`;
    socket.write(`${this.head}Idempotency-Key: ${unique}\r\n${more}\r\n${body}`);
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
  new Load(order, `bench-${String(process.pid)}-${String(runs)}`).figures().then(
    (figures) => process.send?.(figures satisfies LoadReport),
    (error: unknown) => process.send?.({ problem: String(error) } satisfies LoadReport),
  );
});
