import type { MigrationInterface, QueryRunner } from 'typeorm';

/** API keys with scopes and an expiry, two secrets while one is rotated, and the time of their last use. */
export class KeyScopesAndRotation1795280400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const UP = `
ALTER TABLE api_keys
  ADD COLUMN scopes text[] CHECK (cardinality(scopes) > 0),
  ADD COLUMN expires_at timestamptz,
  ADD COLUMN rotated_at timestamptz,
  ADD COLUMN previous_secret_hash bytea,
  ADD COLUMN previous_until timestamptz,
  ADD COLUMN last_used_at timestamptz,
  ADD CONSTRAINT api_keys_previous_ends CHECK ((previous_secret_hash IS NULL) = (previous_until IS NULL));
COMMENT ON COLUMN api_keys.scopes IS 'null: all that its role may';
COMMENT ON COLUMN api_keys.last_used_at IS 'to the minute or so: not written for each request';
`;

const DOWN = `
ALTER TABLE api_keys
  DROP COLUMN scopes,
  DROP COLUMN expires_at,
  DROP COLUMN rotated_at,
  DROP COLUMN previous_secret_hash,
  DROP COLUMN previous_until,
  DROP COLUMN last_used_at;
`;
