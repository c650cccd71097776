import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An event that a request of ours caused tells what its answer told: the request is kept with it. */
export class RequestsThatCauseEvents1795495200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE webhook_events ADD COLUMN stripe_request text');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE webhook_events DROP COLUMN stripe_request');
  }
}
