import type { CustomerView } from '../../application/customer/customer-view';
import type { Page } from '../../application/shared/page';
import { properties, table, type Column } from './table';

const COLUMNS: readonly Column<CustomerView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
  { title: 'email', value: ({ email }) => email },
  { title: 'subject', value: ({ subject }) => subject },
  { title: 'stripe', value: ({ stripeStatus }) => stripeStatus },
  { title: 'created', value: ({ createdAt }) => createdAt },
];

export function customersText({ data, nextCursor }: Page<CustomerView>, none: string): string {
  if (data.length === 0) return none;
  const more = nextCursor === null ? '' : `\n\nThere are more: add --cursor ${nextCursor}`;
  return `${table(COLUMNS, data)}${more}`;
}

export function customerText(customer: CustomerView): string {
  const { address, refusal, metadata } = customer;
  const lines = address === null ? [] : Object.values(address).filter((line) => line !== null);
  return properties([
    ['Customer', customer.id],
    ['Subject', customer.subject],
    ['Name', customer.name],
    ['E-mail', customer.email],
    ['Phone', customer.phone],
    ['Address', lines.join(', ')],
    ['Metadata', pairs(metadata)],
    ['Default method', customer.defaultPaymentMethod],
    ['At Stripe', customer.stripeCustomer],
    ['Stripe status', customer.stripeStatus],
    ['Refused for', refusal === null ? null : pairs(refusal)],
    ['Created', customer.createdAt],
    ['Updated', customer.updatedAt],
  ]);
}

function pairs(values: object): string {
  return Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
