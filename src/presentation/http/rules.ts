import { ValidateBy, ValidateIf, type ValidationArguments } from 'class-validator';

/** Why a value is refused, without the value; null when it is fine. `whole` is what it is a property of. */
export type Reason = (value: unknown, whole: object) => string | null;

/** A property's one rule, so that a refusal has one reason. */
export function Rule(name: string, reason: Reason): PropertyDecorator {
  const of = ({ value, object }: ValidationArguments) => reason(value, object);
  return ValidateBy({
    name,
    validator: {
      validate: (_value, args) => args !== undefined && of(args) === null,
      defaultMessage: (args) => (args === undefined ? null : of(args)) ?? 'is invalid',
    },
  });
}

/** May be left out; `null` is refused. */
export const Optional = (): PropertyDecorator => ValidateIf((_whole, value) => value !== undefined);

/** May be left out or `null`, which is the same. */
export const Nullable = (): PropertyDecorator => ValidateIf((_whole, value) => value !== undefined && value !== null);

/** PostgreSQL stores neither NUL nor half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

function textReason(value: unknown, longest: number): string | null {
  const wanted = `must be a string of 1 to ${String(longest)} characters`;
  if (typeof value !== 'string' || value.length === 0 || value.length > longest) return wanted;
  return isStorable(value) ? null : 'must not contain NUL or half of a surrogate pair';
}

export const Text = (longest: number): PropertyDecorator => Rule('text', (value) => textReason(value, longest));

export const OneOf = (values: readonly string[]): PropertyDecorator =>
  Rule('oneOf', (value) =>
    typeof value === 'string' && values.includes(value) ? null : `must be one of ${values.join(', ')}`,
  );

export const Flag = (): PropertyDecorator =>
  Rule('flag', (value) => (typeof value === 'boolean' ? null : 'must be true or false'));

export const Matches = (shape: RegExp, wanted: string): PropertyDecorator =>
  Rule('matches', (value) => (typeof value === 'string' && shape.test(value) ? null : wanted));

export const CUSTOMER_ID = /^cus_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

export const CustomerId = (): PropertyDecorator => Matches(CUSTOMER_ID, "must be the id of a customer, 'cus_…'");

const UTC = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?Z$/;

/** An instant as `2026-12-01T10:30:00Z`, on a day that exists. */
export function isUtcInstant(value: unknown): value is string {
  return typeof value === 'string' && UTC.test(value) && isDay(value.slice(0, 10));
}

/** A day of the calendar, `YYYY-MM-DD`, from 1900 on. */
export function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^(19|[2-9]\d)\d{2}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

export const UtcInstant = (): PropertyDecorator =>
  Rule('utcInstant', (value) => (isUtcInstant(value) ? null : 'must be an ISO 8601 time in UTC: 2026-12-01T10:30:00Z'));
