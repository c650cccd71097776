import type { IncomingHttpHeaders } from 'node:http';

/** The names under which the simulator may be addressed. */
export interface OwnNames {
  /** What it listens on. */
  host: string;
  publicUrl: string;
}

/**
 * A browser on the same machine reaches the simulator for every page that it shows, so what asks must be the
 * simulator's own page or no page at all. Answers why a request is refused, or null.
 */
export function refusalOf(method: string, headers: IncomingHttpHeaders, own: OwnNames): string | null {
  const asked = hostOf(`http://${headers.host ?? ''}`);
  if (asked === null || !isOwnName(asked.hostname, own)) {
    return `This simulator is not reached under the name '${headers.host ?? ''}'. Use its own address, or start it with --public-url.`;
  }
  if (method === 'GET' || method === 'HEAD') return null;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return OTHER_SITE;
  const { origin } = headers;
  if (origin === undefined) return null;
  const sender = hostOf(origin)?.host;
  return sender === asked.host || sender === hostOf(own.publicUrl)?.host ? null : OTHER_SITE;
}

const OTHER_SITE = 'This was sent by a page of another site, which may change nothing here.';

function hostOf(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

/** A name that an attacker could let point here is none of ours: that is how pages elsewhere would get to read. */
function isOwnName(name: string, own: OwnNames): boolean {
  const plain = name.replace(/\.$/, '');
  if (isLoopback(plain) || plain === bracketed(own.host.toLowerCase())) return true;
  if (plain === hostOf(own.publicUrl)?.hostname) return true;
  // Listening beyond loopback was asked for: a container's name or an address is how others get there.
  return !isLoopback(bracketed(own.host)) && (isAddress(plain) || !plain.includes('.') || plain.endsWith('.internal'));
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(\.\d+){3}$/.test(name);
}

function isAddress(name: string): boolean {
  return name.startsWith('[') || /^\d+(\.\d+){3}$/.test(name);
}
