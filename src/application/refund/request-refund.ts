import type { Refund } from '../../domain/refund/refund';
import type { Refunds } from '../../domain/refund/refunds';
import { err, ok, type Result } from '../../domain/shared/result';
import type { IdempotencyScope } from '../shared/idempotency';
import type { Identifiers } from '../shared/identifiers';
import type { WriteOnce } from '../shared/write-once';
import type { BeginRefund } from './begin-refund';
import type { CarryOutRefund } from './carry-out-refund';
import { RefundRefused, type RefundProblem } from './refund-problem';
import type { RefundAskedFor } from './reserve-refund';

export interface RequestRefundCommand extends RefundAskedFor {
  readonly idempotency: IdempotencyScope;
}

export type RefundResult = Result<Refund, RefundProblem>;

/**
 * Asks for a refund: it runs at once, or waits for somebody to decide. The same key again is shown the refund as it is
 * by then, and sends nothing.
 */
export class RequestRefund {
  constructor(
    private readonly writeOnce: WriteOnce,
    private readonly begin: BeginRefund,
    private readonly carryOut: CarryOutRefund,
    private readonly refunds: Refunds,
    private readonly identifiers: Identifiers,
  ) {}

  async execute({ idempotency, ...asked }: RequestRefundCommand): Promise<RefundResult> {
    const id = this.identifiers.next('ref');
    const written = await unlessRefused(() =>
      this.writeOnce.execute(idempotency, id, () => this.begin.execute(id, asked)),
    );
    switch (written.kind) {
      case 'refused':
        return err(written.problem);
      case 'idempotency_key_reused':
        return err(written);
      case 'repeated':
        return ok(await refundAsItIs(this.refunds, written.resource));
      case 'written': {
        const { payment, refund } = written.value;
        return ok(refund.status === 'executing' ? await this.carryOut.execute(payment, refund) : refund);
      }
    }
  }
}

export async function unlessRefused<T>(
  work: () => Promise<T>,
): Promise<T | { readonly kind: 'refused'; readonly problem: RefundProblem }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RefundRefused) return { kind: 'refused', problem: error.problem };
    throw error;
  }
}

export async function refundAsItIs(refunds: Refunds, id: string): Promise<Refund> {
  const refund = await refunds.find(id);
  if (refund === null) throw new Error(`refund ${id} does not exist`);
  return refund;
}
