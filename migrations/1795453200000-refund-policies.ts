import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The versions of the refund policies that were in force, for the decisions that name them. */
export class RefundPolicies1795453200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE refund_policies');
  }
}

const UP = `
CREATE TABLE refund_policies (
  version text PRIMARY KEY,
  content jsonb NOT NULL,
  hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
  first_used_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE refund_policies IS 'every version that was in force; a version stands for one content for ever';
COMMENT ON COLUMN refund_policies.content IS 'as the file had it';
`;
