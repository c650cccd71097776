import { clearable, flag, ignored, integer, object, oneOf, text, type ParamType } from '../core/schema';

const customerAcceptance = object(
  {
    accepted_at: integer(),
    offline: ignored,
    online: object({ infer_from_client: flag, ip_address: text(), user_agent: text() }),
    type: oneOf('offline', 'online'),
  },
  ['type'],
);

/** How the customer agreed to be debited. */
export const mandateData = clearable(object({ customer_acceptance: customerAcceptance }, ['customer_acceptance']));

export type MandateData = NonNullable<ParamType<typeof mandateData>>;
