/** How a payment stands for a refund. */
export interface RefundStanding {
  /** When its money was captured: windows that count from the payment begin there. */
  readonly paidAt: Date;
  /** Refunded, on its way back, or reserved by requests that are not settled: minor units of the payment's currency. */
  readonly taken: number;
}

/** A span of time; its end does not belong to it. */
export interface Span {
  readonly from: Date;
  readonly until: Date;
}

/** What was refunded or is reserved. Reads only; within a unit of work it sees what that has stored. */
export abstract class RefundStandings {
  declare protected readonly port: 'RefundStandings';

  abstract of(paymentId: string): Promise<RefundStanding>;
  /**
   * The sum of what somebody asked for in that time and got without a second person, in minor units. Within a unit of work
   * their next request waits until it ends, so that two of the same moment do not spend the same budget.
   */
  abstract atOnce(requestedBy: string, currency: string, span: Span): Promise<number>;
}
