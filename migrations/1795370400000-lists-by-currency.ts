import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each filter of a list finds its page by an index, however long the history is. */
export class ListsByCurrency1795370400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
CREATE INDEX payments_by_currency ON payments (currency, created_at DESC, id DESC);
CREATE INDEX payments_by_status_and_currency ON payments (status, currency, created_at DESC, id DESC);
CREATE INDEX attempts_handed_over ON attempts (payment_id) WHERE handed_over_at IS NOT NULL;
`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
DROP INDEX attempts_handed_over;
DROP INDEX payments_by_status_and_currency;
DROP INDEX payments_by_currency;
`);
  }
}
