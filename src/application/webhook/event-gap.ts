/** That deliveries may have been missed: noticed by who takes them, and asked by who fetches what was missed. */
export class EventGap {
  #noticed = false;

  notice(): void {
    this.#noticed = true;
  }

  /** Whether there was one since it was asked last. */
  take(): boolean {
    const noticed = this.#noticed;
    this.#noticed = false;
    return noticed;
  }
}
