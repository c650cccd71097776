import { setTimeout as sleep } from 'node:timers/promises';
import { Dice } from '../dice';
import type { ListedFault } from '../simulator-control';
import type { Street } from '../street';
import type { Met } from '../tcp-proxy';
import { inDoubtAfter } from './aftermath';
import { Dashboard } from './dashboard';
import { FAULTS, FAULTS_AT_STRIPE } from './faults';
import { ORDER_STORIES } from './order-stories';
import { Promises } from './promises';
import { REFUND_STORIES } from './refund-stories';
import { Shop, type Told } from './shop';
import { planOf, type Planned } from './storm-plan';
import { Tally } from './tally';

const NO_END = ['error', 'no_effect', 'nobody knows', 'refused'];
/** Milliseconds. */
const LAST_ANSWERS = 15_000;
const ASKED_AT_ONCE = 4;

/** Later contexts add their stories and faults here: nothing else knows them by name. */
const STORIES = { ...ORDER_STORIES, ...REFUND_STORIES };

export interface StormOptions {
  readonly seed: number;
  /** Milliseconds. */
  readonly lasts: number;
  readonly stories: number;
  readonly faults: number;
}

/** What happens to a street while a shop does its business: all of it planned before it begins, from one seed. */
export class Storm {
  readonly shop: Shop;
  readonly promises = new Promises();
  /** Faults that were begun, and those that met somebody. */
  readonly begun = new Tally();
  readonly struck = new Tally();
  /** Stories that came to one of the ends that are meant. */
  readonly wentWell = new Tally();
  /** Milliseconds from the end of all faults. */
  settledAfter = 0;
  readonly #dashboard: Dashboard;
  private readonly lasts: number;
  readonly #stories: Planned[];
  readonly #faults: Planned[];
  readonly #setAtStripe: { readonly what: string; readonly id: string }[] = [];
  readonly #met: { readonly what: string; readonly met: Met }[] = [];

  constructor(
    private readonly street: Street,
    { seed, lasts, stories, faults }: StormOptions,
  ) {
    this.lasts = lasts;
    const dice = new Dice(seed);
    this.shop = new Shop(street);
    this.#dashboard = new Dashboard(street);
    this.#stories = planOf(occasionsOf(STORIES), { lasts, times: stories }, dice);
    // The last ones are to meet somebody, too.
    const shorter = { lasts: 0.9 * lasts, times: faults };
    this.#faults = planOf(occasionsOf({ ...FAULTS, ...FAULTS_AT_STRIPE }), shorter, dice);
  }

  static get storiesByName(): string[] {
    return Object.keys(STORIES);
  }

  static get faultsByName(): string[] {
    return [...Object.keys(FAULTS), ...Object.keys(FAULTS_AT_STRIPE)];
  }

  /**
   * Ends when every story has, which is long before the time to settle is over unless something is left in doubt.
   * @returns what was not settled in that time after everything was mended, but for what only time can settle.
   */
  async rage(settlesWithin: number): Promise<string[]> {
    const begun = Date.now();
    const due = ({ at }: Planned): Promise<void> => sleep(Math.max(0, begun + at - Date.now()));
    const stories = Promise.all(this.#stories.map((planned) => due(planned).then(() => this.tell(planned))));
    await Promise.all(this.#faults.map((planned) => due(planned).then(() => this.struckBy(planned))));
    await sleep(Math.max(0, begun + this.lasts - Date.now()));
    await this.count();
    await this.street.mend();
    this.shop.close(settlesWithin);
    const mended = Date.now();
    const left = await inDoubtAfter(this.street.postgres.url, settlesWithin);
    this.settledAfter = Date.now() - mended;
    // Who still asks is told of what has been settled; of the rest nobody can tell before an hour has passed.
    this.shop.close(LAST_ANSWERS);
    await stories;
    return left;
  }

  /** Every key that was answered for good, once more. @returns what it is answered now where that is something else. */
  async askAgain(): Promise<string[]> {
    const findings: string[] = [];
    const asked = this.shop.told.values();
    const ask = async (): Promise<void> => {
      for (const { request, told } of asked) {
        const { port } = this.street.instances[0]!.ways.entrance;
        const [before, now] = [gistOf(told), gistOf(await this.shop.once(request, port))];
        if (now !== before) findings.push(`promise: ${request.key} was answered ${before} first, and ${now} later`);
      }
    };
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, ask));
    return findings;
  }

  private async tell({ what, number, dice }: Planned): Promise<void> {
    const { shop, promises } = this;
    const cast = { shop, promises, dashboard: this.#dashboard, dice, name: `${what} ${String(number)}` };
    const end = await STORIES[what]!.tell(cast).catch((error: unknown) => {
      promises.broken(`${cast.name} ended in ${String(error)}`);
      return 'error';
    });
    shop.did.add(`${what}: ${end ?? 'not known in time'}`);
    if (end !== undefined && !NO_END.includes(end)) this.wentWell.add(what);
  }

  private async struckBy(planned: Planned): Promise<void> {
    const { what, number } = planned;
    this.begun.add(what);
    await this.strike(planned).catch((error: unknown) => {
      this.promises.broken(`the fault ${String(number)} (${what}) could not be brought about: ${String(error)}`);
    });
  }

  private async strike({ what, dice }: Planned): Promise<void> {
    const atStripe = FAULTS_AT_STRIPE[what];
    if (atStripe !== undefined) {
      const { id } = await this.street.stripe.fault(atStripe.define(dice));
      this.#setAtStripe.push({ what, id });
      return;
    }
    this.#met.push({ what, met: (await FAULTS[what]!.strike(this.street, dice)) ?? { times: 1 } });
  }

  /** Before they are removed. */
  private async count(): Promise<void> {
    const listed = new Map(
      (await this.street.stripe.faults()).map((fault): [string, ListedFault] => [fault.id, fault]),
    );
    for (const { what, id } of this.#setAtStripe) this.struck.add(what, listed.get(id)?.applied ?? 0);
    for (const { what, met } of this.#met) this.struck.add(what, met.times);
  }
}

/** What a repeat must be answered, too: the rest may be shown as it is by then. */
function gistOf(told: Told | null): string {
  if (told === null) return 'nothing';
  const { id, paymentId, refundId, code } = told.body;
  return JSON.stringify([told.status < 300 ? 'done' : told.status, id ?? paymentId ?? refundId, code]);
}

function occasionsOf(all: Readonly<Record<string, { readonly weight: number }>>): { what: string; weight: number }[] {
  return Object.entries(all).map(([what, { weight }]) => ({ what, weight }));
}
