import { WatchedHouse } from './watched-house';

/** So many at once, each used again: a flow leaves its house settled. */
export class WatchedHouses {
  readonly #free: WatchedHouse[] = [];
  readonly #waiting: (() => void)[] = [];
  #room: number;

  constructor(most: number) {
    this.#room = most;
  }

  async take(): Promise<WatchedHouse> {
    while (this.#room === 0) await new Promise<void>((go) => this.#waiting.push(go));
    this.#room -= 1;
    return this.#free.pop() ?? WatchedHouse.build();
  }

  /** One that is not sound spoils no other flow. */
  async giveBack(house: WatchedHouse, isSound: boolean): Promise<void> {
    if (isSound) this.#free.push(house);
    else await house.tearDown();
    this.#room += 1;
    this.#waiting.shift()?.();
  }

  async tearDown(): Promise<void> {
    await Promise.all(this.#free.map((house) => house.tearDown()));
  }
}
