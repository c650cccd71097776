import { HealthChecks, type HealthEntry, type HealthReport } from '../../application/shared/health';

const TIME_LIMIT = 2_000;

export type Finding = Omit<HealthEntry, 'name'>;

/** One part that can be asked how it is doing. */
export interface HealthProbe {
  readonly name: HealthEntry['name'];
  readonly ask: () => Finding | Promise<Finding>;
}

export const UP: Finding = { status: 'up', detail: null };

export function degraded(detail: string): Finding {
  return { status: 'degraded', detail };
}

/** Asks all parts at once; one that does not answer in time is down. */
export class SystemHealth extends HealthChecks {
  constructor(private readonly probes: readonly HealthProbe[]) {
    super();
  }

  override async check(): Promise<HealthReport> {
    return { entries: await Promise.all(this.probes.map(within)) };
  }
}

async function within({ name, ask }: HealthProbe): Promise<HealthEntry> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => {
      resolve({ status: 'down', detail: 'No answer in time.' });
    }, TIME_LIMIT);
  });
  const asked = Promise.resolve()
    .then(ask)
    .catch((): Finding => ({ status: 'down', detail: 'It cannot be asked.' }));
  const finding = await Promise.race([asked, late]);
  clearTimeout(timer);
  return { name, ...finding };
}
