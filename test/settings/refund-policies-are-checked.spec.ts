import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT_IN_POLICIES } from '../../src/domain/refund/refund-policy';
import { readRefundPolicies } from '../../src/infrastructure/settings/refund-policies-file';
import { SettingsError } from '../../src/infrastructure/settings/settings';
import { EXAMPLE_POLICIES } from '../support/policy-samples';

const folder = mkdtempSync(join(tmpdir(), 'policies-'));
const path = join(folder, 'policies.json');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const WINDOW = { rule: 'all', percent: 100 };
const POLICY = { name: 'all', windows: [WINDOW] };
const LIMIT = { atOnce: 'unlimited', perDay: { gbp: 5 }, approves: 'nothing' };
const LIMITS = { customer: LIMIT, support: LIMIT, finance: LIMIT, admin: LIMIT };
const FILE = { version: 'v1', policies: [POLICY], limits: LIMITS };

function read(file: unknown) {
  writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
  return readRefundPolicies(path);
}

function linesOf(file: unknown): string[] {
  try {
    read(file);
  } catch (error) {
    if (error instanceof SettingsError)
      return error.lines.map((line) => line.replace(`REFUND_POLICIES (${path})`, '@'));
    throw error;
  }
  return [];
}

const withWindows = (...windows: object[]) => ({ ...FILE, policies: [{ ...POLICY, windows }] });
const withPolicy = (more: object) => ({ ...FILE, policies: [{ ...POLICY, ...more }] });
const withReason = (more: object) =>
  withPolicy({ reasons: [{ reason: 'illness', windows: [{ rule: 'ill', percent: 80 }], ...more }] });
const withLimit = (limit: unknown) => ({ ...FILE, limits: { ...LIMITS, support: { ...LIMIT, atOnce: limit } } });

const PERCENT = 'must be a number from 0 to 100 with at most two decimals';
const DAYS = 'must be a whole number of days from 0 to 3660';
const NAME = 'must be 1 to 60 small letters, digits and _, beginning with a letter';
const UNKNOWN = 'is not known there: remove it, or correct its name';
const LIMIT_IS = 'must be "unlimited", "nothing", or minor units by currency, such as { "gbp": 20000 }';
const AMOUNTS_ARE = 'must be minor units by currency, such as { "gbp": 500, "eur": 600 }';

it.each<[string, unknown, string]>([
  ['no object', '[]', '@ must be one JSON object with version, policies and limits.'],
  [
    'no version',
    { ...FILE, version: undefined },
    '@: version must be a text of 1 to 40 letters, digits, dots, _ and -.',
  ],
  [
    'a version of ours',
    { ...FILE, version: 'built-in-1' },
    '@: version must not begin with built-in: that is what holds without a file.',
  ],
  [
    'no such zone',
    { ...FILE, timeZone: 'Europe/Atlantis' },
    '@: timeZone must be a time zone such as UTC or Europe/Madrid.',
  ],
  [
    'an offset for a zone',
    withPolicy({ timeZone: '+02:00' }),
    '@: policies[0].timeZone must be a time zone such as UTC or Europe/Madrid.',
  ],
  ['no policies', { ...FILE, policies: [] }, '@: policies must be a list of at least one.'],
  ['a policy that is a text', { ...FILE, policies: ['all'] }, '@: policies[0] must be an object.'],
  ['a misspelt name', withPolicy({ window: [] }), `@: policies[0].window ${UNKNOWN}.`],
  ['a name with spaces', withPolicy({ name: 'For all' }), `@: policies[0].name ${NAME}.`],
  ['no windows', withPolicy({ windows: [] }), '@: policies[0].windows must be a list of at least one.'],
  ['too much', withWindows(WINDOW, { rule: 'b', percent: 101 }), `@: policies[0].windows[1].percent ${PERCENT}.`],
  ['a percentage as text', withWindows({ rule: 'b', percent: '50' }), `@: policies[0].windows[0].percent ${PERCENT}.`],
  ['three decimals', withWindows({ rule: 'b', percent: 33.333 }), `@: policies[0].windows[0].percent ${PERCENT}.`],
  [
    'half a day',
    withWindows({ ...WINDOW, daysBeforeService: 0.5 }),
    `@: policies[0].windows[0].daysBeforeService ${DAYS}.`,
  ],
  [
    'less than no days',
    withWindows({ ...WINDOW, daysAfterPayment: -1 }),
    `@: policies[0].windows[0].daysAfterPayment ${DAYS}.`,
  ],
  [
    'null for nothing',
    withWindows({ ...WINDOW, daysAfterPayment: null }),
    `@: policies[0].windows[0].daysAfterPayment ${DAYS}.`,
  ],
  [
    'a fee of no currency',
    withWindows({ ...WINDOW, fee: { pounds: 5 } }),
    `@: policies[0].windows[0].fee ${AMOUNTS_ARE}.`,
  ],
  ['a fee in pounds', withWindows({ ...WINDOW, fee: { gbp: 5.5 } }), `@: policies[0].windows[0].fee ${AMOUNTS_ARE}.`],
  [
    'a sentence with an unknown place',
    withWindows({ ...WINDOW, sentence: 'You get {money}.' }),
    '@: policies[0].windows[0].sentence must be a text of 1 to 500 characters; the places in braces it may have are {amount}, {paid}, {kept}, {until}, {serviceDate}.',
  ],
  [
    'both counts',
    withWindows({ ...WINDOW, daysAfterPayment: 1, daysBeforeService: 1 }),
    '@: policies[0].windows[0] counts from the payment and from the service: leave one out.',
  ],
  [
    'a window after one without end',
    withWindows(WINDOW, { rule: 'b', percent: 50, daysBeforeService: 7 }),
    '@: policies[0].windows[1] is never reached, because one before it is open as long: put the one that ends first before.',
  ],
  [
    'windows in the wrong order',
    withWindows({ ...WINDOW, daysBeforeService: 7 }, { rule: 'b', percent: 50, daysBeforeService: 14 }),
    '@: policies[0].windows[1] is never reached, because one before it is open as long: put the one that ends first before.',
  ],
  [
    'a rule twice',
    withWindows({ ...WINDOW, daysBeforeService: 7 }, WINDOW),
    '@: policies[0].windows[1].rule is there before: give it a name of its own.',
  ],
  [
    'a part of nothing',
    withPolicy({ nonRefundable: [{ name: 'deposit', purposes: ['deposit'] }] }),
    '@: policies[0].nonRefundable[0] needs a percent or an amount; "percent": 100 keeps all.',
  ],
  [
    'a role that is none',
    withReason({ roles: ['boss'] }),
    '@: policies[0].reasons[0].roles must be a list of at least one of customer, support, finance, admin.',
  ],
  [
    'a flag as text',
    withReason({ needsApproval: 'yes' }),
    '@: policies[0].reasons[0].needsApproval must be true or false.',
  ],
  [
    "a reason's bad window",
    withReason({ windows: [{ rule: 'b' }] }),
    `@: policies[0].reasons[0].windows[0].percent ${PERCENT}.`,
  ],
  [
    'a reason twice',
    withPolicy({
      reasons: [
        { reason: 'ill', windows: [{ rule: 'ill', percent: 80 }] },
        { reason: 'ill', windows: [{ rule: 'very_ill', percent: 90 }] },
      ],
    }),
    '@: policies[0].reasons[1].reason is there before: put its windows together.',
  ],
  [
    'a rule of a reason that is an ordinary one too',
    withReason({ windows: [WINDOW] }),
    '@: policies[0].reasons[0].windows[0].rule is there before: give it a name of its own.',
  ],
  [
    'no policy for the rest',
    withPolicy({ appliesTo: { purposes: ['full'] } }),
    '@: policies[0].appliesTo must be left out: the last policy is for all the rest.',
  ],
  [
    'two for the rest',
    { ...FILE, policies: [POLICY, { ...POLICY, name: 'b' }] },
    '@: policies[0].appliesTo must say which payments it is for: only the last policy is for all the rest.',
  ],
  [
    'for nothing in particular',
    {
      ...FILE,
      policies: [
        { ...POLICY, appliesTo: {} },
        { ...POLICY, name: 'b' },
      ],
    },
    '@: policies[0].appliesTo must say which payments it is for: only the last policy is for all the rest.',
  ],
  [
    'a name twice',
    { ...FILE, policies: [{ ...POLICY, appliesTo: { purposes: ['a'] } }, POLICY] },
    '@: policies[1].name is that of another policy: give it a name of its own.',
  ],
  ['no limits', { ...FILE, limits: undefined }, '@: limits must be an object.'],
  ['no limits of a role', { ...FILE, limits: { ...LIMITS, admin: undefined } }, '@: limits.admin must be an object.'],
  ['a limit as a number', withLimit(5_000), `@: limits.support.atOnce ${LIMIT_IS}.`],
  ['a limit that is no number', withLimit({ gbp: 'much' }), `@: limits.support.atOnce ${LIMIT_IS}.`],
])('A file with %s is refused at its place', (_what, file, line) => {
  expect(linesOf(file)).toEqual([line]);
});

it('A file that is not there, or no JSON, is named with what is wrong', () => {
  expect(() => readRefundPolicies(join(folder, 'none.json'))).toThrow(
    /^REFUND_POLICIES \(.*none\.json\) cannot be read \(ENOENT/,
  );
  expect(linesOf('{ "version": ')).toEqual([expect.stringMatching(/^@ is no JSON \(.+\): correct it there\.$/)]);
});

it('All that is wrong is told at once', () => {
  const file = { ...withWindows({ rule: 'B', percent: 200 }), version: '' };
  expect(linesOf(file)).toHaveLength(3);
});

it('What a file leaves out is filled in', () => {
  const { policies } = read({ ...withReason({}), timeZone: 'Europe/Madrid' });
  expect(policies).toEqual({
    version: 'v1',
    timeZone: 'Europe/Madrid',
    policies: [
      {
        ...POLICY,
        appliesTo: null,
        timeZone: 'Europe/Madrid',
        nonRefundable: [],
        reasons: [
          {
            reason: 'illness',
            windows: [{ rule: 'ill', percent: 80 }],
            roles: ['support', 'finance', 'admin'],
            returnsNonRefundable: false,
            needsApproval: false,
          },
        ],
      },
    ],
    limits: Object.fromEntries(Object.keys(LIMITS).map((role) => [role, { ...LIMIT, perRefund: 'unlimited' }])),
  });
});

it('A version stands for what is said, however it is written', () => {
  const reversed = Object.fromEntries(Object.entries(FILE).reverse());
  expect(read(JSON.stringify(reversed, null, 4)).hash).toBe(read(FILE).hash);
  expect(read(withWindows({ ...WINDOW, percent: 99 })).hash).not.toBe(read(FILE).hash);
});

it('What holds without a file changes only with its version, or services would not start again', () => {
  const { policies, hash } = readRefundPolicies(undefined);
  const known = 'c32b3a0ced1a8767884d1910ff45f7ad6294d203b8f6a94bd765233091cc65bc';
  expect([policies.version, hash]).toEqual(['built-in-1', known]);
});

it('The example is sound, and without a file all comes back', () => {
  expect(readRefundPolicies(EXAMPLE_POLICIES).policies.policies.map(({ name }) => name)).toEqual([
    'training',
    'everything',
  ]);
  expect(readRefundPolicies(undefined).policies).toBe(BUILT_IN_POLICIES);
});
