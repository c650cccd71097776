import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import {
  BUILT_IN_POLICIES,
  type RefundPolicies,
  type RefundPolicy,
  type RefundWindow,
} from '../../domain/refund/refund-policy';
import { PoliciesInFile, type LimitsOfRoleInFile, type PolicyInFile } from './refund-policies-schema';
import { SettingsError } from './settings';

const SETTING = 'REFUND_POLICIES';
/** Reasons are the merchant's word, unless the file gives them to customers too. */
const STAFF = ['support', 'finance', 'admin'] as const;

/** Policies, and what stands for them in the history of their versions. */
export interface PoliciesVersion {
  readonly policies: RefundPolicies;
  /** As it was written. What a later release fills in for what it leaves out is no change of it. */
  readonly content: object;
  /** Of the content, in hexadecimal: how it is spaced and in which order its names stand is no change of it. */
  readonly hash: string;
}

/** @param path undefined for what holds without a file. @throws SettingsError that names each wrong place and its fix. */
export function readRefundPolicies(path: string | undefined): PoliciesVersion {
  const content = path === undefined ? BUILT_IN_POLICIES : parsed(path);
  const policies = path === undefined ? BUILT_IN_POLICIES : checked(content, path);
  return { policies, content, hash: createHash('sha256').update(canonical(content), 'utf8').digest('hex') };
}

function checked(content: object, path: string): RefundPolicies {
  const file = plainToInstance(PoliciesInFile, content);
  const wrong = problemsOf(validateSync(file, { whitelist: true, forbidNonWhitelisted: true }), '');
  const lines = wrong.length > 0 ? wrong : unsound(file);
  if (lines.length > 0) throw new SettingsError(lines.map((line) => `${SETTING} (${path}): ${line}.`));
  return policiesOf(file);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join(',')}}`;
}

function parsed(path: string): object {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw refused(path, `cannot be read (${(error as Error).message}): give the path of a JSON file`);
  }
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw refused(path, `is no JSON (${(error as Error).message}): correct it there`);
  }
  throw refused(path, 'must be one JSON object with version, policies and limits');
}

function refused(path: string, what: string): SettingsError {
  return new SettingsError([`${SETTING} (${path}) ${what}.`]);
}

/** The first problem of each place: `policies[0].windows[1].percent must be …`. */
function problemsOf(errors: readonly ValidationError[], parent: string): string[] {
  return errors.flatMap(({ property, constraints, children = [] }) => {
    const isIndex = /^\d+$/.test(property);
    const dot = parent === '' || isIndex ? '' : '.';
    const place = `${parent}${dot}${isIndex ? `[${property}]` : property}`;
    const inside = problemsOf(children, place);
    if (inside.length > 0 || constraints === undefined) return inside;
    const { whitelistValidation, ...others } = constraints;
    if (whitelistValidation !== undefined) return [`${place} is not known there: remove it, or correct its name`];
    return [`${place} ${others.must ?? Object.values(others)[0] ?? 'is not valid'}`];
  });
}

/** What has the right shape and still cannot be meant. */
function unsound({ version, policies }: PoliciesInFile): string[] {
  const lines: string[] = [];
  if (version.startsWith('built-in'))
    lines.push('version must not begin with built-in: that is what holds without a file');
  policies.forEach((policy, at) => {
    const place = `policies[${String(at)}]`;
    const isLast = at === policies.length - 1;
    if (isLast && policy.appliesTo !== undefined)
      lines.push(`${place}.appliesTo must be left out: the last policy is for all the rest`);
    if (!isLast && Object.keys(said(policy.appliesTo ?? {})).length === 0)
      lines.push(`${place}.appliesTo must say which payments it is for: only the last policy is for all the rest`);
    if (policies.findIndex(({ name }) => name === policy.name) !== at)
      lines.push(`${place}.name is that of another policy: give it a name of its own`);
    lines.push(...unsoundWindows(policy.windows, `${place}.windows`), ...unsoundParts(policy, place));
    lines.push(...unsoundReasons(policy, place));
  });
  return lines;
}

function unsoundReasons({ reasons = [], windows: ordinary }: PolicyInFile, place: string): string[] {
  return reasons.flatMap(({ reason, windows }, at) => {
    const others = [...ordinary, ...reasons.slice(0, at).flatMap((earlier) => earlier.windows)];
    const shared = windows.findIndex(({ rule }) => others.some((other) => other.rule === rule));
    const where = `${place}.reasons[${String(at)}]`;
    const twice = reasons.findIndex((other) => other.reason === reason) !== at;
    const again = twice ? [`${where}.reason is there before: put its windows together`] : [];
    const twin = `${where}.windows[${String(shared)}].rule is there before: give it a name of its own`;
    return [...again, ...(shared < 0 ? [] : [twin]), ...unsoundWindows(windows, `${where}.windows`)];
  });
}

function unsoundParts({ nonRefundable = [] }: PolicyInFile, place: string): string[] {
  return nonRefundable.flatMap(({ percent, amount }, at) =>
    percent === undefined && amount === undefined
      ? [`${place}.nonRefundable[${String(at)}] needs a percent or an amount; "percent": 100 keeps all`]
      : [],
  );
}

/** A window that can never be the first one open says something that nobody will get. */
function unsoundWindows(windows: readonly RefundWindow[], place: string): string[] {
  return windows.flatMap((window, at) => {
    const where = `${place}[${String(at)}]`;
    const { daysBeforeService, daysAfterPayment, rule } = window;
    const earlier = windows.slice(0, at);
    if (daysBeforeService !== undefined && daysAfterPayment !== undefined)
      return [`${where} counts from the payment and from the service: leave one out`];
    if (earlier.some((other) => other.rule === rule))
      return [`${where}.rule is there before: give it a name of its own`];
    return earlier.some((other) => coveredBy(window, other))
      ? [`${where} is never reached, because one before it is open as long: put the one that ends first before`]
      : [];
  });
}

function coveredBy(window: RefundWindow, before: RefundWindow): boolean {
  if (before.daysBeforeService !== undefined) return (window.daysBeforeService ?? -1) >= before.daysBeforeService;
  if (before.daysAfterPayment === undefined) return true;
  return window.daysAfterPayment !== undefined && window.daysAfterPayment <= before.daysAfterPayment;
}

function policiesOf({ version, timeZone = 'UTC', policies, limits }: PoliciesInFile): RefundPolicies {
  return {
    version,
    timeZone,
    policies: policies.map((policy) => policyOf(policy, timeZone)),
    limits: {
      customer: limitsOf(limits.customer),
      support: limitsOf(limits.support),
      finance: limitsOf(limits.finance),
      admin: limitsOf(limits.admin),
    },
  };
}

function policyOf(policy: PolicyInFile, timeZone: string): RefundPolicy {
  return {
    name: policy.name,
    appliesTo: policy.appliesTo === undefined ? null : said(policy.appliesTo),
    timeZone: policy.timeZone ?? timeZone,
    windows: policy.windows.map(said),
    nonRefundable: (policy.nonRefundable ?? []).map(said),
    reasons: (policy.reasons ?? []).map((reason) => ({
      reason: reason.reason,
      windows: reason.windows.map(said),
      roles: reason.roles ?? STAFF,
      returnsNonRefundable: reason.returnsNonRefundable ?? false,
      needsApproval: reason.needsApproval ?? false,
    })),
  };
}

function limitsOf({ perRefund = 'unlimited', atOnce, perDay, approves }: LimitsOfRoleInFile) {
  return { perRefund, atOnce, perDay, approves };
}

/** Without the fields that the file leaves out: an instance has them all. */
function said<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}
