import Redis from 'ioredis';

/** A connection to what may be lost. It never holds a start up, and a command fails at once while Redis is away. */
export class RedisConnection {
  readonly #redis: Redis;

  constructor(url: string) {
    this.#redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      connectTimeout: 2_000,
      commandTimeout: 1_000,
    });
  }

  /** Connects, and goes on trying. @param report trouble, once each time that it begins. */
  onTrouble(report: (error: Error) => void): void {
    let away = false;
    this.#redis.on('ready', () => {
      away = false;
    });
    this.#redis.on('error', (error: Error) => {
      if (!away) report(error);
      away = true;
    });
    void this.#redis.connect().catch(() => undefined);
  }

  async ping(): Promise<boolean> {
    try {
      await this.#redis.ping();
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#redis.disconnect();
  }
}
