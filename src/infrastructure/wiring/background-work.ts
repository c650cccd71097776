import {
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { RedisConnection } from '../redis/redis-connection';
import { warnOf } from './warn-of';

/** Work beside the requests; `stop` lets what is under way finish, as long as it does so in time. */
export interface BackgroundLoop {
  start(): void;
  stop(): Promise<void>;
}

/** The loops beside the requests: jobs and rounds. They start with the service and end before it does. */
export class BackgroundWork implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger('background');
  private stopped: Promise<unknown> | null = null;

  constructor(
    private readonly loops: readonly BackgroundLoop[],
    private readonly redis: RedisConnection | null,
  ) {}

  onApplicationBootstrap(): void {
    this.redis?.onTrouble((error) => {
      warnOf(this.logger, 'Redis is away; payments go on without it', error);
    });
    for (const loop of this.loops) loop.start();
  }

  /** Begins nothing new. Called again, it waits for the same end. */
  async stop(): Promise<void> {
    this.stopped ??= Promise.all(this.loops.map((loop) => loop.stop()));
    await this.stopped;
  }

  onModuleDestroy(): Promise<void> {
    return this.stop();
  }

  beforeApplicationShutdown(): void {
    this.redis?.close();
  }
}
