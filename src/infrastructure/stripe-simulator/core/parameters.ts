/** What came with a request, less what says who asks and how. */
export interface Parameters {
  /** As it came: of the address, then of the body. */
  text: string;
  /** Stripe.js sends its key and version as parameters. */
  key: string | null;
  version: string | null;
}

export function readParameters(query: string, body: string, authorization: string | undefined): Parameters {
  const text = query === '' ? body : body === '' ? query : `${query}&${body}`;
  if (authorization !== undefined || text === '') return { text, key: null, version: null };
  const values = new URLSearchParams(text);
  return { text: withoutOwn(text), key: values.get('key'), version: values.get('_stripe_version') };
}

/** What Stripe.js tells of itself and of the browser, besides the parameters of the call. */
const OWN: ReadonlySet<string> = new Set([
  'key',
  '_stripe_version',
  '_stripe_account',
  'client_attribution_metadata',
  'guid',
  'muid',
  'pasted_fields',
  'payment_user_agent',
  'referrer',
  'sid',
  'time_on_page',
]);

function withoutOwn(text: string): string {
  const nameOf = (pair: string): string => decoded(pair.split('=', 1)[0] ?? '').split('[', 1)[0] ?? '';
  return text
    .split('&')
    .filter((pair) => !OWN.has(nameOf(pair)))
    .join('&');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
