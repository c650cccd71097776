import {
  PaymentGateway,
  type GatewayAnswer,
  type GatewayReading,
  type IntentPage,
} from '../../src/application/payment/payment-gateway';
import { CoalescingPaymentGateway } from '../../src/infrastructure/stripe/coalescing-payment-gateway';
import { seen } from '../support/samples';

/** Answers a read when it is told to; each shows what was there when it began. */
class SlowStripe extends PaymentGateway {
  captured = 0;
  readonly begun: string[] = [];
  readonly #ends: (() => void)[] = [];

  override captureRefusal(): string | null {
    return null;
  }
  override refusal(): string | null {
    return null;
  }
  override send(): Promise<GatewayAnswer> {
    return Promise.resolve({ kind: 'never_reached', message: 'not in this test' });
  }
  override charges(): Promise<never[]> {
    return Promise.resolve([]);
  }
  override listCreated(): Promise<IntentPage> {
    return Promise.resolve({ kind: 'page', seen: [], next: null });
  }
  override async read(intent: string): Promise<GatewayReading> {
    this.begun.push(intent);
    const { captured } = this;
    await new Promise<void>((resolve) => this.#ends.push(resolve));
    if (captured === 666) throw new Error('broken');
    return { kind: 'found', seen: seen({ intent, captured }) };
  }

  async answerNext(): Promise<void> {
    this.#ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

let stripe: SlowStripe;
let gateway: CoalescingPaymentGateway;
beforeEach(() => {
  stripe = new SlowStripe();
  gateway = new CoalescingPaymentGateway(stripe, 2);
});

const capturedIn = async (reading: Promise<GatewayReading>): Promise<number> => {
  const found = await reading;
  return found.kind === 'found' ? found.seen.captured : -1;
};

describe('Reads of one intent', () => {
  it('20 at once are two: the one under way and the next', async () => {
    const readings = Array.from({ length: 20 }, () => gateway.read('pi_1'));
    expect(stripe.begun).toEqual(['pi_1']);
    await stripe.answerNext();
    await stripe.answerNext();
    expect((await Promise.all(readings)).every(({ kind }) => kind === 'found')).toBe(true);
    expect(stripe.begun).toEqual(['pi_1', 'pi_1']);
  });

  it('never show what was there before they were asked for', async () => {
    const first = gateway.read('pi_1');
    stripe.captured = 100;
    const second = gateway.read('pi_1');
    await stripe.answerNext();
    stripe.captured = 200;
    const third = gateway.read('pi_1');
    await stripe.answerNext();
    await stripe.answerNext();
    expect(await capturedIn(first)).toBe(0);
    expect(await capturedIn(second)).toBeGreaterThanOrEqual(100);
    expect(await capturedIn(third)).toBe(200);
  });

  it('after one that broke are read all the same', async () => {
    stripe.captured = 666;
    const first = gateway.read('pi_1');
    const second = gateway.read('pi_1');
    stripe.captured = 5;
    const failed = expect(first).rejects.toThrow('broken');
    await stripe.answerNext();
    await failed;
    await stripe.answerNext();
    expect(await capturedIn(second)).toBe(5);
  });

  it('leave nothing behind: the next one alone begins at once', async () => {
    const first = gateway.read('pi_1');
    await stripe.answerNext();
    await first;
    void gateway.read('pi_1');
    expect(stripe.begun).toHaveLength(2);
  });
});

describe('Reads of many intents', () => {
  it('are under way two at a time, and each is answered', async () => {
    const readings = ['pi_1', 'pi_2', 'pi_3', 'pi_4'].map((intent) => gateway.read(intent));
    expect(stripe.begun).toEqual(['pi_1', 'pi_2']);
    await stripe.answerNext();
    expect(stripe.begun).toEqual(['pi_1', 'pi_2', 'pi_3']);
    for (let n = 0; n < 4; n++) await stripe.answerNext();
    const found = await Promise.all(readings);
    expect(found.map((reading) => reading.kind === 'found' && reading.seen.intent)).toEqual([
      'pi_1',
      'pi_2',
      'pi_3',
      'pi_4',
    ]);
  });
});
