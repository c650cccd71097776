import type { Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Backlog } from '../../application/job/backlog';
import { poolFigures } from '../postgres/pool-figures';
import { PrometheusMetrics } from '../telemetry/prometheus-metrics';

/** What is collected of the queue and of the connections. */
export const OPERATIONAL_FIGURES: Provider = {
  provide: 'operational figures',
  useFactory: (metrics: PrometheusMetrics, dataSource: DataSource, backlog: Backlog) => {
    const jobs = 'Jobs that wait or are in work, and those that were given up';
    metrics.figures('cashdesk_jobs', jobs, ['state'], async () => {
      const { waiting, dead } = await backlog.figures();
      return [labelled('state', 'waiting', waiting), labelled('state', 'dead', dead)];
    });
    metrics.figures('cashdesk_database_connections', 'Connections to the database, by what they do', ['use'], () => {
      const { inUse, limit, waiting } = poolFigures(dataSource);
      return [
        labelled('use', 'in_use', inUse),
        labelled('use', 'limit', limit),
        labelled('use', 'waited_for', waiting),
      ];
    });
    return metrics;
  },
  inject: [PrometheusMetrics, DataSource, Backlog],
};

function labelled(label: string, name: string, value: number) {
  return { labels: { [label]: name }, value };
}
