import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A creation that did not reach Stripe, and was accepted for later, is looked at again. */
export class PaymentsAcceptedForLater1795491600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
ALTER TABLE attempts DROP CONSTRAINT attempts_check1, ADD CONSTRAINT attempts_open_are_checked CHECK (
  state = 'never_reached' OR (state IN ('prepared', 'sent', 'unknown')) = (next_check_at IS NOT NULL)
);
`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
UPDATE attempts SET next_check_at = NULL WHERE state = 'never_reached';
ALTER TABLE attempts DROP CONSTRAINT attempts_open_are_checked, ADD CONSTRAINT attempts_check1 CHECK (
  (state IN ('prepared', 'sent', 'unknown')) = (next_check_at IS NOT NULL)
);
`);
  }
}
