import { clearable, object, text, type ParamType } from '../core/schema';

const address = {
  city: clearable(text()),
  country: clearable(text({ max: 2 })),
  line1: clearable(text()),
  line2: clearable(text()),
  postal_code: clearable(text()),
  state: clearable(text()),
};

export const addressParam = object(address);

export const shippingParam = object(
  {
    address: object(address),
    name: text(),
    phone: clearable(text()),
    carrier: clearable(text()),
    tracking_number: clearable(text()),
  },
  ['address', 'name'],
);

type Address = Record<'city' | 'country' | 'line1' | 'line2' | 'postal_code' | 'state', string | null>;

export const NO_ADDRESS: Address = {
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
};

/** A line that is not named stays as it was. */
export function mergeAddress(before: Address | null | undefined, change: ParamType<typeof addressParam>): Address {
  return { ...NO_ADDRESS, ...before, ...change };
}
