import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { untilClosed } from '../ending';
import type { LoadFigures } from './load';
import type { SdkOrder, SdkReport } from './sdk-caller';

/** The bare SDK in a process of its own. */
export class SdkProcess {
  readonly stop = untilClosed(() => void this.process.kill());

  private constructor(private readonly process: ReturnType<typeof fork>) {}

  static async start(stripeUrl: string): Promise<SdkProcess> {
    const child = fork(join(__dirname, 'sdk-caller.js'), [stripeUrl]);
    const started = new SdkProcess(child);
    await once(child, 'message');
    return started;
  }

  async figures(order: SdkOrder): Promise<LoadFigures & { cpuMs: number }> {
    const answered = once(this.process, 'message') as Promise<[SdkReport]>;
    this.process.send(order);
    const [report] = await answered;
    if ('problem' in report) throw new Error(report.problem);
    return report;
  }
}
