import { html, type HttpAnswer } from '../../core/http';
import { Markup, markup } from './markup';
import type { Message } from './messages';
import { STYLE, STYLE_SOURCE } from './style';

export const UI = '/_simulator/ui';

export interface Page {
  title: string;
  body: Markup;
  status?: number;
  /** Without the way to the other pages, which are no customer's. */
  forCustomer?: boolean;
}

const PLACES: readonly (readonly [path: string, name: string])[] = [
  ['/', 'Overview'],
  [`${UI}/payments`, 'Payments'],
  [`${UI}/events`, 'Events'],
  [`${UI}/deliveries`, 'Deliveries'],
  [`${UI}/requests`, 'Requests'],
  [`${UI}/faults`, 'Faults'],
  [`${UI}/clock`, 'Clock'],
  [`${UI}/subscriptions`, 'Subscriptions'],
  [`${UI}/invoices`, 'Invoices'],
  [`${UI}/reset`, 'Reset'],
];

const HEADERS = {
  'Cache-Control': 'no-store',
  // Without a referrer the browser would name no origin either, by which the simulator knows its own forms.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

const STYLE_ELEMENT = new Markup(STYLE);
const ALONE = `default-src 'none'; style-src ${STYLE_SOURCE}; base-uri 'none'`;

/** A page with the way to all others. */
export function pageAnswer({ title, body, status = 200 }: Page, path: string, message: Message | null): HttpAnswer {
  const page = document(
    windowTitle(title, message),
    null,
    markup`<a class="skip" href="#content">Skip to the content</a>
<header>
<p class="notice"><strong>${NAME}</strong>: this is not Stripe, and no money moves.</p>
<nav aria-label="Simulator"><ul>${PLACES.map((place) => navigationItem(place, path))}</ul></nav>
</header>
<main id="content" tabindex="-1">
${message === null ? null : markup`<div role="${message.kind}">${message.text}</div>`}
<h1>${title}</h1>
${body}
</main>
<footer><p>Times are UTC. Amounts are in major units.</p></footer>`,
  );
  return secured(status, page, `${ALONE}; form-action 'self'; frame-ancestors 'none'`);
}

/**
 * A page that a customer meets: without the way to all others, and open to be framed, as Stripe.js does with a bank's
 * page. Its form may lead anywhere, because the answer leads back to the shop.
 */
export function customerPageAnswer({ title, body, status = 200 }: Page): HttpAnswer {
  const page = document(title, markup` class="narrow"`, markup`<main>\n<h1>${title}</h1>\n${body}\n</main>`);
  return secured(status, page, ALONE);
}

export const NAME = 'Stripe simulator';

function windowTitle(title: string, message: Message | null): string {
  const refused = message?.kind === 'alert' ? 'Refused: ' : '';
  return refused + (title === NAME ? NAME : `${title} – ${NAME}`);
}

function navigationItem([href, name]: readonly [string, string], path: string): Markup {
  const here = path === href;
  const within = href !== '/' && path.startsWith(`${href}/`);
  const current = here ? markup` aria-current="page"` : within ? markup` aria-current="true"` : null;
  return markup`<li><a href="${href}"${current}>${name}</a></li>`;
}

function document(title: string, kind: Markup | null, body: Markup): Markup {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE_ELEMENT}</style>
</head>
<body${kind}>
${body}
</body>
</html>
`;
}

function secured(status: number, page: Markup, policy: string): HttpAnswer {
  const answer = html(status, page.text);
  return { ...answer, headers: { ...answer.headers, ...HEADERS, 'Content-Security-Policy': policy } };
}
