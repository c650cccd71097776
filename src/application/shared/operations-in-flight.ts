import type { IdempotencyScope } from './idempotency';

export interface InFlightLimits {
  /** Operations towards Stripe at once in this process. */
  readonly most: number;
  readonly mostPerCustomer: number;
}

/** The place of one request in this process, from before anything is stored until it is answered. */
export interface Seat {
  /**
   * Takes a place among the customer's own as well; an operation without a customer needs none.
   * @returns false when the customer has too many under way.
   */
  takeFor(customer: string | null): boolean;
  leave(): void;
}

/**
 * Keeps a flood of requests, or one customer's, from taking all connections to the database and to Stripe. What is
 * done in the background has no seats: it is bounded by itself, and must go on when requests are refused.
 */
export class OperationsInFlight {
  #taken = 0;
  #withoutKey = 0;
  /** For each customer, how many requests wait for each operation: repeats of a key are one operation. */
  readonly #operations = new Map<string, Map<string, number>>();

  constructor(private readonly limits: InFlightLimits) {}

  /** @param scope null for a request without a key, which repeats no other. @returns null when all places are taken. */
  enter(scope: IdempotencyScope | null): Seat | null {
    if (this.#taken >= this.limits.most) return null;
    this.#taken += 1;
    const operation = this.operationOf(scope);
    let takenFor: string | null = null;
    return {
      takeFor: (customer) => {
        if (customer === null || customer === takenFor) return true;
        if (!this.join(customer, operation)) return false;
        takenFor = customer;
        return true;
      },
      leave: () => {
        this.#taken -= 1;
        if (takenFor !== null) this.part(takenFor, operation);
      },
    };
  }

  private operationOf(scope: IdempotencyScope | null): string {
    if (scope !== null) return JSON.stringify([scope.principal, scope.route, scope.key]);
    this.#withoutKey += 1;
    return String(this.#withoutKey);
  }

  private join(customer: string, operation: string): boolean {
    const operations = this.#operations.get(customer) ?? new Map<string, number>();
    const requests = operations.get(operation) ?? 0;
    if (requests === 0 && operations.size >= this.limits.mostPerCustomer) return false;
    this.#operations.set(customer, operations.set(operation, requests + 1));
    return true;
  }

  private part(customer: string, operation: string): void {
    const operations = this.#operations.get(customer);
    const requests = operations?.get(operation) ?? 0;
    if (requests > 1) operations?.set(operation, requests - 1);
    else operations?.delete(operation);
    if (operations?.size === 0) this.#operations.delete(customer);
  }
}
