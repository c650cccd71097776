import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { untilClosed } from '../ending';

/** A script of this folder in a process of its own, which carries out one order after another. */
export class Helper<Order extends object, Report extends object> {
  readonly stop = untilClosed(() => void this.process.kill());
  private readonly process;

  constructor(script: string) {
    this.process = fork(join(__dirname, script));
  }

  async carryOut(order: Order): Promise<Exclude<Report, { problem: string }>> {
    const answered = once(this.process, 'message') as Promise<[Report | { problem: string }]>;
    this.process.send(order);
    const [report] = await answered;
    if ('problem' in report) throw new Error(report.problem);
    return report as Exclude<Report, { problem: string }>;
  }
}
