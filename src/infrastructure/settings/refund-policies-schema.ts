import 'reflect-metadata';
import { Type } from 'class-transformer';
import { ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { REFUND_ROLES, type AmountsByCurrency, type Limit, type RefundRole } from '../../domain/refund/refund-limits';
import { SENTENCE_PLACES } from '../../domain/refund/refund-sentence';
import { isTimeZone } from '../../domain/shared/calendar';
import { isCurrency } from '../../domain/shared/currency';

// The shape of the file with policies. Each message says what to write; the place in the file is put before it.

const NAME = /^[a-z][a-z0-9_]{0,59}$/;
const PLACES = SENTENCE_PLACES.map((place) => `{${place}}`).join(', ');

/** Only where it is not there at all: `null` is a mistake. */
const MayBeAbsent = (): PropertyDecorator => ValidateIf((_whole, value) => value !== undefined);

function Must(message: string, holds: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({ name: 'must', validator: { validate: holds, defaultMessage: () => message } });
}

const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= longest;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAmounts = (value: unknown): boolean =>
  isRecord(value) &&
  Object.entries(value).every(
    ([currency, amount]) => isCurrency(currency) && Number.isSafeInteger(amount) && (amount as number) >= 0,
  );

const Name = () =>
  Must(
    'must be 1 to 60 small letters, digits and _, beginning with a letter',
    (value) => typeof value === 'string' && NAME.test(value),
  );
const Words = () => Must('must be a text of 1 to 100 characters', (value) => isText(value, 100));
const Flag = () => Must('must be true or false', (value) => typeof value === 'boolean');
const Days = () =>
  Must(
    'must be a whole number of days from 0 to 3660',
    (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 3_660,
  );
const Percent = () =>
  Must('must be a number from 0 to 100 with at most two decimals', (value) => {
    return typeof value === 'number' && value >= 0 && value <= 100 && Number(value.toFixed(2)) === value;
  });
const Amounts = () => Must('must be minor units by currency, such as { "gbp": 500, "eur": 600 }', isAmounts);
const AnyLimit = () =>
  Must(
    'must be "unlimited", "nothing", or minor units by currency, such as { "gbp": 20000 }',
    (value) => value === 'unlimited' || value === 'nothing' || isAmounts(value),
  );
const Zone = () =>
  Must(
    'must be a time zone such as UTC or Europe/Madrid',
    (value) => typeof value === 'string' && /^[A-Z]/.test(value) && isTimeZone(value),
  );
const Sentence = () =>
  Must(`must be a text of 1 to 500 characters; the places in braces it may have are ${PLACES}`, (value) => {
    if (!isText(value, 500)) return false;
    return [...value.matchAll(/\{(.*?)\}/g)].every(([, place]) => SENTENCE_PLACES.some((known) => known === place));
  });
const Texts = () =>
  Must('must be a list of at least one text of 1 to 200 characters', (value) => {
    return Array.isArray(value) && value.length > 0 && value.every((text) => isText(text, 200));
  });
const Roles = () =>
  Must(`must be a list of at least one of ${REFUND_ROLES.join(', ')}`, (value) => {
    return Array.isArray(value) && value.length > 0 && value.every((role) => REFUND_ROLES.some((one) => one === role));
  });
const Metadata = () =>
  Must('must be texts by name, such as { "product": "training" }', (value) => {
    return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
  });

function ListOf(type: () => new () => object, least: 0 | 1): PropertyDecorator {
  const wanted = least === 0 ? 'must be a list' : 'must be a list of at least one';
  const list = Must(wanted, (value) => Array.isArray(value) && value.length >= least && value.every(isRecord));
  return (target, key) => {
    Type(type)(target, key);
    ValidateNested({ each: true, message: 'must be an object' })(target, key);
    list(target, key);
  };
}

function One(type: () => new () => object): PropertyDecorator {
  const object = Must('must be an object', isRecord);
  return (target, key) => {
    Type(type)(target, key);
    ValidateNested({ message: 'must be an object' })(target, key);
    object(target, key);
  };
}

class WindowInFile {
  @Name()
  readonly rule!: string;

  @MayBeAbsent()
  @Days()
  readonly daysBeforeService?: number;

  @MayBeAbsent()
  @Days()
  readonly daysAfterPayment?: number;

  @Percent()
  readonly percent!: number;

  @MayBeAbsent()
  @Amounts()
  readonly fee?: AmountsByCurrency;

  @MayBeAbsent()
  @Sentence()
  readonly sentence?: string;
}

class PartInFile {
  @Words()
  readonly name!: string;

  @MayBeAbsent()
  @Texts()
  readonly purposes?: string[];

  @MayBeAbsent()
  @Percent()
  readonly percent?: number;

  @MayBeAbsent()
  @Amounts()
  readonly amount?: AmountsByCurrency;
}

class ReasonInFile {
  @Name()
  readonly reason!: string;

  @ListOf(() => WindowInFile, 1)
  readonly windows!: WindowInFile[];

  @MayBeAbsent()
  @Roles()
  readonly roles?: RefundRole[];

  @MayBeAbsent()
  @Flag()
  readonly returnsNonRefundable?: boolean;

  @MayBeAbsent()
  @Flag()
  readonly needsApproval?: boolean;
}

class AppliesToInFile {
  @MayBeAbsent()
  @Texts()
  readonly purposes?: string[];

  @MayBeAbsent()
  @Texts()
  readonly referencePrefixes?: string[];

  @MayBeAbsent()
  @Metadata()
  readonly metadata?: Record<string, string>;
}

export class PolicyInFile {
  @Name()
  readonly name!: string;

  @MayBeAbsent()
  @One(() => AppliesToInFile)
  readonly appliesTo?: AppliesToInFile;

  @MayBeAbsent()
  @Zone()
  readonly timeZone?: string;

  @ListOf(() => WindowInFile, 1)
  readonly windows!: WindowInFile[];

  @MayBeAbsent()
  @ListOf(() => PartInFile, 0)
  readonly nonRefundable?: PartInFile[];

  @MayBeAbsent()
  @ListOf(() => ReasonInFile, 0)
  readonly reasons?: ReasonInFile[];
}

export class LimitsOfRoleInFile {
  @MayBeAbsent()
  @AnyLimit()
  readonly perRefund?: Limit;

  @AnyLimit()
  readonly atOnce!: Limit;

  @AnyLimit()
  readonly perDay!: Limit;

  @AnyLimit()
  readonly approves!: Limit;
}

class LimitsInFile implements Record<RefundRole, LimitsOfRoleInFile> {
  @One(() => LimitsOfRoleInFile)
  readonly customer!: LimitsOfRoleInFile;

  @One(() => LimitsOfRoleInFile)
  readonly support!: LimitsOfRoleInFile;

  @One(() => LimitsOfRoleInFile)
  readonly finance!: LimitsOfRoleInFile;

  @One(() => LimitsOfRoleInFile)
  readonly admin!: LimitsOfRoleInFile;
}

export class PoliciesInFile {
  @Must('must be a text of 1 to 40 letters, digits, dots, _ and -', (value) => {
    return typeof value === 'string' && /^[\w.-]{1,40}$/.test(value);
  })
  readonly version!: string;

  @MayBeAbsent()
  @Zone()
  readonly timeZone?: string;

  @ListOf(() => PolicyInFile, 1)
  readonly policies!: PolicyInFile[];

  @One(() => LimitsInFile)
  readonly limits!: LimitsInFile;
}
