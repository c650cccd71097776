export abstract class Clock {
  declare protected readonly port: 'Clock';

  abstract now(): Date;
  abstract sleep(milliseconds: number): Promise<void>;
}
