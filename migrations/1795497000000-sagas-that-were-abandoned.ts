import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One that failed asks for a person until a person has decided that nobody goes on with it. */
export class SagasThatWereAbandoned1795497000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE sagas DROP CONSTRAINT sagas_failed_for_a_person');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
UPDATE sagas SET attention = 'Its job was discarded.' WHERE state = 'failed' AND attention IS NULL;
ALTER TABLE sagas ADD CONSTRAINT sagas_failed_for_a_person CHECK (state <> 'failed' OR attention IS NOT NULL);
`);
  }
}
