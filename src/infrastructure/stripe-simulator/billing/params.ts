import { invalidRequest } from '../core/errors';
import { flag, integer, oneOf, text, unsupported, type Param } from '../core/schema';

/** Only that it is off can be said. */
export const disabled: Param<false> = {
  read(value, name) {
    return flag.read(value, name) ? unsupported.read(value, name) : false;
  },
};

/** A decimal number, kept as the text that it came as. */
export function decimalParam(options: { places: number; min?: number; max?: number }): Param<string> {
  return {
    read(value, name) {
      const read = text().read(value, name);
      const places = read.split('.')[1]?.length ?? 0;
      if (!/^-?\d+(\.\d+)?$/.test(read) || places > options.places) {
        throw invalidRequest(
          `Invalid decimal: ${read}; must contain at maximum ${String(options.places)} decimal places.`,
          {
            code: 'parameter_invalid_decimal',
            param: name,
          },
        );
      }
      const number = Number(read);
      if (options.min !== undefined && number < options.min) {
        throw invalidRequest(`This value must be greater than or equal to ${String(options.min)}.`, { param: name });
      }
      if (options.max !== undefined && number > options.max) {
        throw invalidRequest(`This value must be less than or equal to ${String(options.max)}.`, { param: name });
      }
      return read;
    },
  };
}

/** Seconds up to the end of the year 9999: times beyond that cannot be counted with. */
export const timestamp = integer({ min: 0, max: 253_402_300_799 });

/** Twelve digits, which sums of lines can be made of without losing a penny. */
const MOST = 999_999_999_999;

export const lineAmount = integer({ min: -MOST, max: MOST });

/** The amount, unless it is too large for a line. */
export function billable(amount: number): number {
  if (Math.abs(amount) <= MOST) return amount;
  throw invalidRequest(`Amount must be no more than ${String(MOST)}.`, { code: 'amount_too_large' });
}

export const taxBehavior = oneOf('exclusive', 'inclusive', 'unspecified');

/** Exactly one of the parameters must be there. */
export function exactlyOne(params: object, names: readonly string[]): void {
  const given = names.filter((name) => name in params);
  if (given.length === 1) return;
  const list = names.join(', ');
  if (given.length === 0) {
    throw invalidRequest(`You must specify one of the following: ${list}.`, { code: 'parameter_missing' });
  }
  throw invalidRequest(`You may only specify one of these parameters: ${list}.`, { code: 'parameters_exclusive' });
}
