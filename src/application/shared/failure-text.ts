const MOST = 500;

/** What may stand in the message of an error and must not be kept in clear. */
const MASKED: readonly (readonly [RegExp, string])[] = [
  [/[^\s"'<>()@]+@[^\s"'<>()@]+\.[^\s"'<>()@]+/g, '[e-mail]'],
  [/\b\w+_secret_\w+/g, '[secret]'],
  [/\b(?:sk|rk|pk|whsec|ck|cdk)_\w{6,}/g, '[secret]'],
  [/\b(?:Bearer|Basic)\s+\S+/gi, '[secret]'],
  [/\beyJ[\w-]+\.[\w.-]+/g, '[secret]'],
  [/\b\w+:\/\/\S*@\S+/g, '[address]'],
  // Card numbers, telephone numbers and accounts, however they are grouped. Ids have letters.
  [/(?<![\w.])\+?\d(?:[ -]?\d){8,}(?!\w)/g, '[number]'],
  // PostgreSQL and others quote the value that they do not take; the names of tables and columns stay.
  [/"(?![a-z_][a-z0-9_.]*")[^"]*"/g, '"[value]"'],
  [/'(?![a-z_][a-z0-9_.]*')[^'\n]{3,}'/g, "'[value]'"],
];

/** Why a piece of work failed, as it may be kept and shown to staff: short, without personal data and secrets. */
export function failureText(error: unknown): string {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: 'unknown error' };
  const masked = MASKED.reduce((text, [pattern, by]) => text.replace(pattern, by), message);
  const text = `${name}: ${masked.replace(/\s+/g, ' ')}`.trim();
  return text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text;
}
