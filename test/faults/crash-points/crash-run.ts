import { setTimeout as sleep } from 'node:timers/promises';
import type { Boundary } from '../../processes/boundaries';
import { nameOf } from './boundaries-in';
import type { Course, Flow } from './flow';
import { Scene } from './scene';
import { WatchedHouse } from './watched-house';

/** What became of one flow. */
export interface FlowReport {
  readonly flow: string;
  /** How many boundaries the undisturbed flow has. */
  readonly boundaries: number;
  readonly tried: number;
  readonly killed: number;
  readonly recovered: number;
  /** Boundaries that runs need not come by: some that went to their end undisturbed did not. */
  readonly races: readonly string[];
  readonly differences: readonly string[];
}

export interface Extent {
  /** Runs that are recorded: what is faster differs, and with it what they come by. */
  readonly records: number;
  /** In which order they are tried, and how many kills are enough. */
  readonly order: (boundaries: readonly Boundary[]) => readonly Boundary[];
  readonly kills: number;
  /** How often a boundary is tried that is not come by. */
  readonly tries: number;
}

/** Prepared together, so that they come to rest together. */
const PREPARED_AT_ONCE = 20;
const DEATH_KNOWN_WITHIN = 2_000;

/** One flow, killed at each of its boundaries. */
export class CrashRun {
  #prepared: Course[] = [];
  /** What an undisturbed run changes at Stripe. */
  readonly #effects = new Set<string>();
  readonly #differences: string[] = [];
  readonly #races: string[] = [];
  #killed = 0;
  #recovered = 0;

  constructor(
    private readonly flow: Flow,
    private house: WatchedHouse,
    private readonly extent: Extent,
  ) {}

  /** Another one than at the beginning when that was spoilt. */
  get houseAfterwards(): WatchedHouse {
    return this.house;
  }

  async execute(): Promise<FlowReport> {
    const all = await this.record();
    let tried = 0;
    for (const boundary of this.extent.order(all)) {
      if (this.#killed >= this.extent.kills) break;
      await this.tryAt(boundary, Math.min(all.length - tried, this.extent.kills - this.#killed));
      tried += 1;
    }
    const [killed, recovered] = [this.#killed, this.#recovered];
    const { name: flow } = this.flow;
    const counts = { boundaries: all.length, tried, killed, recovered };
    return { flow, ...counts, races: this.#races, differences: this.#differences };
  }

  private async record(): Promise<Boundary[]> {
    const known = new Map<string, Boundary>();
    for (let left = this.extent.records; left > 0; left--) {
      const course = await this.take(left);
      const since = new Date();
      await this.house.watch(null);
      await this.undisturbed(course);
      this.#effects.add((await this.house.effects(since)).join(', '));
      for (const boundary of await this.house.met()) known.set(nameOf(boundary), boundary);
    }
    return [...known.values()];
  }

  private async tryAt(boundary: Boundary, left: number): Promise<void> {
    const name = nameOf(boundary);
    for (let tried = 0; tried < this.extent.tries; tried++) {
      const outcome = await this.crash(boundary, left).catch((error: unknown) => [messageOf(error)]);
      if (outcome === 'not met') continue;
      if (outcome.length === 0) this.#recovered += 1;
      else await this.renew();
      this.#differences.push(...outcome.map((difference) => `${name}: ${difference}`));
      return;
    }
    this.#races.push(name);
  }

  /** @returns what differs in the end. */
  private async crash(boundary: Boundary, left: number): Promise<string[] | 'not met'> {
    const course = await this.take(left);
    const since = new Date();
    await this.house.watch(boundary);
    if (!(await this.dies(course))) {
      const met = (await this.house.met()).map(nameOf);
      await this.house.watch(null);
      if (met.includes(nameOf(boundary))) throw new Error('it was come by, and the process lived');
      return 'not met';
    }
    this.#killed += 1;
    await this.house.open();
    const findings = await this.house.asTimePasses(() => this.recover(course, boundary.side));
    const effects = (await this.house.effects(since)).join(', ');
    return this.#effects.has(effects) ? findings : [...findings, `at Stripe it came to ${effects}`];
  }

  private async dies(course: Course): Promise<boolean> {
    const { house } = this;
    const died = house.died().then((asTold) => {
      if (!asTold) throw new Error(`the service ended by itself:\n${house.house.service.output}`);
      return true;
    });
    const lived = this.undisturbed(course).then(
      () => false,
      // A call fails because the process died, and before that is known.
      (error: unknown) => sleep(DEATH_KNOWN_WITHIN).then(() => Promise.reject(error as Error)),
    );
    lived.catch(() => undefined);
    return Promise.race([died, lived]);
  }

  private async undisturbed(course: Course): Promise<void> {
    await course.act();
    const findings = await this.house.settled();
    if (findings.length > 0) throw new Error(`undisturbed, it left ${findings.join('; ')}`);
    await course.ends();
  }

  /**
   * As much has happened before a boundary as after the one before it. So each state is met twice: once the caller repeats
   * at once, and once nobody comes until the service has come to rest by itself.
   */
  private async recover(course: Course, side: Boundary['side']): Promise<string[]> {
    const left = side === 'after' ? await this.house.settled() : [];
    await course.act();
    const findings = await this.house.settled();
    await course.ends();
    return [...left.map((finding) => `before anybody asked again: ${finding}`), ...findings];
  }

  private async take(left: number): Promise<Course> {
    if (this.#prepared.length === 0) {
      const count = Math.min(left, PREPARED_AT_ONCE);
      const scenes = Array.from(
        { length: count },
        () => new Scene(this.house.house, `${this.flow.name}, ${this.house.name()}`),
      );
      this.#prepared = await Promise.all(scenes.map((scene) => this.flow.prepare(scene)));
      const findings = await this.house.settled();
      if (findings.length > 0) throw new Error(`preparing it left ${findings.join('; ')}`);
    }
    const course = this.#prepared.pop();
    if (course === undefined) throw new Error('nothing is prepared');
    return course;
  }

  /** What was found stays found; the next crash begins with a sound house. */
  private async renew(): Promise<void> {
    await this.house.tearDown();
    this.house = await WatchedHouse.build();
    this.#prepared = [];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
