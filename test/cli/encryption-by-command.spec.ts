import { SealedTexts, type KeyUse, type ResealProgress } from '../../src/application/shared/sealed-texts';
import { cashdesk, linesOf } from './command-line';

class FakeTexts extends SealedTexts {
  readonly newestKey = 'k2';

  constructor(
    private readonly uses: KeyUse[],
    private readonly broken: string[] = [],
  ) {
    super();
  }

  override async count(): Promise<KeyUse[]> {
    return this.uses;
  }
  override async reseal(onProgress: (of: ResealProgress) => void, onUnopened: (what: string) => void): Promise<number> {
    for (let sealed = 500; sealed <= 20_500; sealed += 500) onProgress({ column: 'payments.details', sealed });
    this.broken.forEach(onUnopened);
    return 20_500;
  }
}

const over = (texts: FakeTexts) => [{ provide: SealedTexts, useValue: texts }];
const OLD = { column: 'payments.details', key: 'k1', texts: 12 };
const NEW = { column: 'payments.details', key: 'k2', texts: 3_000 };
const BROKEN = 'cannot open payments.details:pay_1 (key k0): the key is not in the ring';

describe('encryption status', () => {
  it('counts texts by column and key, and says which keys are still needed', async () => {
    const { exitCode, out } = await cashdesk(['encryption', 'status'], over(new FakeTexts([OLD, NEW])));
    expect(exitCode).toBe(0);
    expect(linesOf(out).slice(1, 3)).toEqual(['payments.details  k1      12', 'payments.details  k2    3000']);
    expect(out).toMatch(/Still needed beside k2: k1\. /);
  });

  it('says when no older key is needed', async () => {
    const { out } = await cashdesk(['encryption', 'status'], over(new FakeTexts([NEW])));
    expect(out).toContain('ENCRYPTION_KEYS needs no other');
  });

  it('is for programs too', async () => {
    const { out } = await cashdesk(['encryption', 'status', '--json'], over(new FakeTexts([OLD])));
    expect(JSON.parse(out)).toEqual({ newestKey: 'k2', data: [OLD] });
  });
});

describe('encryption rotate', () => {
  it('says how far it has come, and how many it sealed anew', async () => {
    const { exitCode, out, err } = await cashdesk(['encryption', 'rotate'], over(new FakeTexts([])));
    expect(exitCode).toBe(0);
    expect(out).toBe('20500 texts were sealed anew under k2.\n');
    expect(linesOf(err)).toEqual(['payments.details: 10000 so far', 'payments.details: 20000 so far']);
  });

  it('fails after all the rest is done when a text cannot be opened, and names it', async () => {
    const ended = await cashdesk(['encryption', 'rotate', '--json'], over(new FakeTexts([], [BROKEN])));
    expect(ended.exitCode).toBe(1);
    expect(JSON.parse(ended.out)).toEqual({ newestKey: 'k2', sealed: 20_500, unopened: 1 });
    expect(ended.err).toContain(BROKEN);
    expect(ended.err).toMatch(/1 texts? could not be opened/);
  });
});
