import { join } from 'node:path';
import { parse } from 'pg-connection-string';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ImpatientClient } from './impatient-client';
import { SetupRow } from './setup-row';
import { SlowQueryLogger } from './slow-query-logger';
import { AttemptRow } from './attempt-row';
import { CustomerRow } from './customer-row';
import { DisputeRow } from './dispute-row';
import { PaymentMethodRow } from './payment-method-row';
import { PaymentRow } from './payment-row';
import { RefundRow } from './refund-row';
import { SubmissionRow } from './submission-row';

export interface DatabaseOptions {
  readonly url: string;
  /** Connections of this process. */
  readonly poolSize?: number;
  /** How long a request waits for a free connection, in milliseconds. */
  readonly acquireTimeout?: number;
  /** PostgreSQL ends statements that take longer, in milliseconds. */
  readonly statementTimeout?: number;
  /** Statements slower than this are reported, in milliseconds. */
  readonly slowQuery?: number;
  readonly onSlowQuery?: (milliseconds: number, statement: string) => void;
}

export function dataSourceOptions(options: DatabaseOptions): DataSourceOptions {
  const { host, port, user, password, database, ssl } = parse(options.url);
  const statementTimeout = options.statementTimeout ?? 10_000;
  return {
    type: 'postgres',
    ...(host === null ? {} : { host }),
    ...(port === null || port === undefined || port === '' ? {} : { port: Number(port) }),
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    ...(database === null || database === undefined ? {} : { database }),
    ...(ssl === undefined ? {} : { ssl: ssl as boolean }),
    applicationName: 'cashdesk',
    poolSize: options.poolSize ?? 10,
    maxQueryExecutionTime: options.slowQuery ?? 500,
    logger: new SlowQueryLogger(options.onSlowQuery ?? (() => undefined)),
    extra: {
      Client: ImpatientClient,
      // Plans are kept. One made while a table was small must not read all of it once it is large.
      options: '-c enable_seqscan=off',
      connectionTimeoutMillis: options.acquireTimeout ?? 3_000,
      statement_timeout: statementTimeout,
      query_timeout: statementTimeout + 2_000,
      idle_in_transaction_session_timeout: statementTimeout,
    },
    entities: [PaymentRow, AttemptRow, CustomerRow, SetupRow, PaymentMethodRow, RefundRow, DisputeRow, SubmissionRow],
    // The same from src (jest) and from dist (node).
    migrations: [join(__dirname, '../../../migrations/*-*.{js,ts}')],
    migrationsTransactionMode: 'each',
    synchronize: false,
  };
}

export function createDataSource(options: DatabaseOptions): DataSource {
  return new DataSource(dataSourceOptions(options));
}
