import { Clock } from '../../../src/application/shared/clock';
import { NOON } from '../samples';

/** Stands still until it is moved. Who sleeps moves it, and lets the others work meanwhile. */
export class MovableClock extends Clock {
  #now = NOON;

  override now(): Date {
    return this.#now;
  }

  override async sleep(milliseconds: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.move(milliseconds);
  }

  move(milliseconds: number): void {
    this.#now = new Date(this.#now.getTime() + milliseconds);
  }
}
