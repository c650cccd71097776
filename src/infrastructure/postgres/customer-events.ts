import type { EntityManager } from 'typeorm';
import type { CustomerEvent } from '../../domain/customer/customer-events';

/** Stores what happened to a customer, its setups and its payment methods, in the transaction of the change. */
export async function storeCustomerEvents(manager: EntityManager, events: readonly CustomerEvent[]): Promise<void> {
  for (const { type, customerId, cause, data, at } of events) {
    await manager.query(
      'INSERT INTO domain_events (type, customer_id, cause, data, occurred_at) VALUES ($1, $2, $3, $4, $5)',
      [type, customerId, cause, data, at],
    );
  }
}
