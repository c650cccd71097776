import { DataSource } from 'typeorm';
import { poolFigures } from '../postgres/pool-figures';
import { PostgresJobQueue } from '../postgres/postgres-job-queue';
import { PrometheusMetrics } from '../telemetry/prometheus-metrics';
import { useCase } from './use-case';

/** What is collected of the queue and of the connections. */
class OperationalFigures {
  constructor(metrics: PrometheusMetrics, dataSource: DataSource, queue: PostgresJobQueue) {
    metrics.figures(
      'cashdesk_jobs',
      'Jobs that wait or are in work, and those that were given up',
      ['state'],
      async () => {
        const { waiting, dead } = await queue.depth('process-webhook');
        return [labelled('state', 'waiting', waiting), labelled('state', 'dead', dead)];
      },
    );
    metrics.figures('cashdesk_database_connections', 'Connections to the database, by what they do', ['use'], () => {
      const { inUse, limit, waiting } = poolFigures(dataSource);
      return [
        labelled('use', 'in_use', inUse),
        labelled('use', 'limit', limit),
        labelled('use', 'waited_for', waiting),
      ];
    });
  }
}

function labelled(label: string, name: string, value: number) {
  return { labels: { [label]: name }, value };
}

export const OPERATIONAL_FIGURES = useCase(OperationalFigures, PrometheusMetrics, DataSource, PostgresJobQueue);
