import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../../application/shared/clock';

export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }

  override async sleep(milliseconds: number): Promise<void> {
    await sleep(milliseconds);
  }
}
