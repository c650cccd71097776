import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A dispute that was lost may give back a part later, or be won after all. */
export class LossesThatComeBack1795465800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(constraint("'dispute_lost', 'dispute_loss_returned'"));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DELETE FROM ledger_facts WHERE kind = 'dispute_loss_returned'");
    await runner.query(constraint("'dispute_lost'"));
  }
}

function constraint(ofDisputes: string): string {
  return `ALTER TABLE ledger_facts DROP CONSTRAINT ledger_facts_kind_check, ADD CONSTRAINT ledger_facts_kind_check
    CHECK (kind IN ('charge_succeeded', 'refund_succeeded', 'refund_reversed', ${ofDisputes}))`;
}
