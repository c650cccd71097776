import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const RETRY_MS = 50;

/** The door of the server, which can be shut for a while. */
export class Listener {
  private timer: NodeJS.Timeout | null = null;
  private reopenMs = 0;
  private port = 0;
  private closed = false;

  constructor(
    private readonly server: Server,
    private readonly host: string,
  ) {}

  open(port: number): Promise<number> {
    const { server } = this;
    return new Promise((resolve, reject) => {
      const opened = (): void => {
        server.off('error', failed);
        this.port = (server.address() as AddressInfo).port;
        resolve(this.port);
      };
      const failed = (error: Error): void => {
        server.off('listening', opened);
        reject(error);
      };
      server.once('error', failed);
      server.once('listening', opened);
      server.listen(port, this.host);
    });
  }

  get isShut(): boolean {
    return Date.now() < this.reopenMs;
  }

  /** Connections are refused for that long, and then taken again at the same port. */
  refuse(ms: number): void {
    this.reopenMs = Math.max(this.reopenMs, Date.now() + ms);
    if (this.timer !== null) clearTimeout(this.timer);
    this.server.close();
    // After the answer to who asked for it; what comes through them meanwhile is turned away.
    setTimeout(() => this.server.closeAllConnections(), 5);
    this.reopenIn(this.reopenMs - Date.now());
  }

  close(): Promise<void> {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private reopenIn(ms: number): void {
    this.timer = setTimeout(() => {
      this.timer = null;
      this.reopenMs = 0;
      // Another process may have taken the port meanwhile, and may leave it again.
      this.open(this.port).catch(() => {
        if (!this.closed) this.reopenIn(RETRY_MS);
      });
    }, ms);
  }
}
