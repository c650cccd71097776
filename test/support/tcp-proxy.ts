import { EventEmitter, once } from 'node:events';
import { createServer, connect, type AddressInfo, type NetConnectOpts, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong on the way; the last ones strike one connection, the others all of them. */
export type WayFault = 'cut' | 'refuse' | 'blackhole' | 'delay' | 'throttle' | 'cut_after' | 'lose_answer';

/** Asked for each connection; null where nobody listens at the moment. */
export type Target = () => NetConnectOpts | null;

/** How often a fault met somebody; it goes on counting while the fault lasts. */
export interface Met {
  times: number;
}

interface Weather {
  readonly met: Met;
  readonly kind: 'blackhole' | 'delay' | 'throttle';
  /** Milliseconds for each piece, or bytes per second. */
  readonly measure: number;
}

/** Strikes the first connection that it fits. */
interface Armed {
  readonly met: Met;
  readonly kind: 'cut_after' | 'lose_answer';
  /** Only after a request in which this stands. */
  readonly to: Buffer | null;
  /** Of the answer, that still pass. */
  readonly bytes: number;
}

/** One connection, from the one who asked to the one who answers. */
interface Link {
  readonly near: Socket;
  readonly far: Socket;
  struck: Armed | null;
  /** Of the answer, that have passed since it was struck. */
  passed: number;
}

/**
 * A way to somewhere, on a port that stays the same. All connections over it can be cut, refused, delayed, throttled or
 * swallowed, and a single answer cut in the middle or lost although what was asked for is done.
 */
export class TcpProxy {
  /** How often each fault met somebody. */
  readonly struck = new Map<WayFault, number>();
  readonly #links = new Set<Link>();
  readonly #sockets = new Set<Socket>();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #server: Server | null = null;
  #weather: Weather | null = null;
  #armed: Armed[] = [];

  private constructor(
    private readonly target: Target,
    private listensOn: number,
  ) {}

  static async open(target: Target, port = 0): Promise<TcpProxy> {
    const proxy = new TcpProxy(target, port);
    await proxy.allow();
    return proxy;
  }

  get port(): number {
    return this.listensOn;
  }

  get connections(): number {
    return this.#links.size;
  }

  /** Ends all connections at once. New ones are taken. */
  cut(): Met {
    const met = { times: 0 };
    if (this.#links.size > 0) this.count('cut', met);
    for (const socket of this.#sockets) breakOff(socket);
    return met;
  }

  /** Ends all connections, and nothing listens any more until `allow`. */
  async refuse(): Promise<void> {
    this.count('refuse', { times: 0 });
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) breakOff(socket);
    await closed;
  }

  async allow(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => void this.accept(near));
    this.#server = server;
    server.listen(this.listensOn, '127.0.0.1');
    await once(server, 'listening');
    this.listensOn = (server.address() as AddressInfo).port;
  }

  /** Takes everything and passes nothing on, closings included, until it is cleared; then all of it comes through. */
  blackhole(): Met {
    return this.begin('blackhole', 0);
  }

  /** Each piece of data comes so much later, either way. */
  delay(milliseconds: number): Met {
    return this.begin('delay', milliseconds);
  }

  throttle(bytesPerSecond: number): Met {
    return this.begin('throttle', bytesPerSecond);
  }

  /** Nothing is slow or swallowed any more. */
  calm(): void {
    this.change(null);
  }

  /** Passes so many bytes of the answer to the next request on, then ends that connection. */
  cutAfter(bytes: number, to?: string): Met {
    return this.arm('cut_after', bytes, to);
  }

  /** The next request arrives, and no byte of its answer comes back. @param to a word that stands in the request. */
  loseAnswer(to?: string): Met {
    return this.arm('lose_answer', 0, to);
  }

  /** Nothing goes wrong any more. */
  async clear(): Promise<void> {
    this.#armed = [];
    this.change(null);
    await this.allow();
  }

  async close(): Promise<void> {
    this.change(null);
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    if (server === null) return;
    const closed = once(server, 'close');
    server.close();
    await closed;
  }

  private begin(kind: Weather['kind'], measure: number): Met {
    const met = { times: 0 };
    this.change({ kind, measure, met });
    return met;
  }

  private arm(kind: Armed['kind'], bytes: number, to: string | undefined): Met {
    const met = { times: 0 };
    this.#armed.push({ kind, bytes, met, to: to === undefined ? null : Buffer.from(to) });
    return met;
  }

  private change(weather: Weather | null): void {
    this.#weather = weather;
    this.#changes.emit('change');
  }

  private count(fault: WayFault, met: Met): void {
    met.times += 1;
    this.struck.set(fault, (this.struck.get(fault) ?? 0) + 1);
  }

  private keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined); // 'close' follows
    socket.once('close', () => this.#sockets.delete(socket));
  }

  private async accept(near: Socket): Promise<void> {
    this.keep(near);
    near.pause();
    await this.passage(0);
    const to = this.target();
    if (to === null || near.destroyed) {
      breakOff(near);
      return;
    }
    const far = connect({ ...to, allowHalfOpen: true });
    far.setNoDelay(true);
    this.keep(far);
    const link: Link = { near, far, struck: null, passed: 0 };
    this.#links.add(link);
    this.carry(near, far, (piece) => this.asked(link, piece));
    this.carry(far, near, (piece) => this.answered(link, piece));
    far.once('close', () => this.#links.delete(link));
  }

  private carry(from: Socket, to: Socket, onPiece: (piece: Buffer) => Buffer | null): void {
    from.on('data', (piece: Buffer) => {
      from.pause();
      void this.pass(piece, to, onPiece).then(() => from.resume());
    });
    from.once('end', () => void this.passage(0).then(() => to.end()));
    from.once('close', (broken) => {
      void this.passage(0).then(() => {
        if (broken) breakOff(to);
        else if (!to.writableEnded) to.end();
      });
    });
    from.resume();
  }

  private async pass(piece: Buffer, to: Socket, onPiece: (piece: Buffer) => Buffer | null): Promise<void> {
    await this.passage(piece.length);
    const left = onPiece(piece);
    if (left === null || to.destroyed || to.writableEnded) return;
    if (!to.write(left)) await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => undefined);
  }

  /** Until the weather lets so many bytes through. */
  private async passage(bytes: number): Promise<void> {
    for (;;) {
      const weather = this.#weather;
      if (weather === null) return;
      if (weather.met.times === 0) this.count(weather.kind, weather.met);
      if (weather.kind === 'blackhole') await once(this.#changes, 'change');
      else {
        await sleep(weather.kind === 'delay' ? weather.measure : (1_000 * bytes) / weather.measure);
        return;
      }
    }
  }

  private asked(link: Link, piece: Buffer): Buffer {
    const fits = this.#armed.find(({ to }) => to === null || piece.includes(to));
    if (fits !== undefined && link.struck === null) {
      this.#armed = this.#armed.filter((armed) => armed !== fits);
      link.struck = fits;
    }
    return piece;
  }

  /** @returns what passes; null when the connection is at its end. */
  private answered(link: Link, piece: Buffer): Buffer | null {
    const { struck } = link;
    if (struck === null) return piece;
    const left = struck.bytes - link.passed;
    link.passed += piece.length;
    if (left >= piece.length) return piece;
    this.count(struck.kind, struck.met);
    if (left > 0) link.near.write(piece.subarray(0, left));
    // What was written is to arrive, so it is no reset.
    link.near.destroySoon();
    breakOff(link.far);
    return null;
  }
}

/** Without a farewell, where there is another way to end. */
function breakOff(socket: Socket): void {
  // A Unix socket, or one that is not connected yet.
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}
