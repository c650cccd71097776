import type { IncomingHttpHeaders } from 'node:http';
import { NO_REQUEST } from '../../core/engine';
import type { Context } from '../../core/context';
import { ApiError } from '../../core/errors';
import { redirect, type HttpAnswer } from '../../core/http';
import { matchPath } from '../../core/paths';
import type { RequestJournal } from '../../core/request-journal';
import { Actions, type ActionParts } from './actions';
import { invoicesPage, subscriptionsPage } from './billing-pages';
import { clockPage } from './clock-page';
import { customerPage } from './customer-page';
import { deliveriesPage, eventPage, eventsPage } from './events-pages';
import { faultsPage } from './faults-page';
import { pageOfId } from './find';
import { homePage } from './home-page';
import { pageAnswer, UI, type Page } from './layout';
import { markup } from './markup';
import { Messages } from './messages';
import type { PageRequest } from './page-request';
import { paymentPage } from './payment-page';
import { paymentsPage } from './payments-list';
import { requestsPage } from './requests-page';
import { resetPage } from './reset-page';

interface PagesParts extends ActionParts {
  journal: RequestJournal;
}

export interface PageCall {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
}

type View = (ctx: Context, request: PageRequest, host: string) => Page;

interface Action {
  /** Sends a form, and answers the sentence that tells what was done. */
  act: (request: PageRequest) => Promise<string> | string;
  /** The page to go on to. */
  back: (values: PageRequest['values']) => string;
}

/** The pages for people, at the root and below `/_simulator/ui`. */
export class Pages {
  private readonly messages = new Messages();
  private readonly views: readonly (readonly [pattern: string, view: View])[];
  private readonly actions: readonly (readonly [pattern: string, action: Action])[];

  constructor(private readonly parts: PagesParts) {
    this.views = this.allViews();
    this.actions = allActions(new Actions(parts));
  }

  /** Null: no page is asked for. */
  async handle(call: PageCall): Promise<HttpAnswer | null> {
    const { pathname } = call.url;
    if (pathname !== '/' && pathname !== UI && !pathname.startsWith(`${UI}/`)) return null;
    if (call.method === 'POST') return this.act(call);
    if (call.method === 'GET' || call.method === 'HEAD') return this.show(call);
    const answer = this.page(
      { title: 'Not allowed', body: markup`<p>A page is read or its forms are sent.</p>`, status: 405 },
      call,
    );
    return { ...answer, headers: { ...answer.headers, Allow: 'GET, HEAD, POST' } };
  }

  private show(call: PageCall): HttpAnswer {
    const { pathname, searchParams: query } = call.url;
    try {
      if (pathname === `${UI}/find`) return redirect(this.read((ctx) => pageOfId(ctx, query.get('id') ?? '')));
      for (const [pattern, view] of this.views) {
        const values = matchPath(pattern, pathname);
        if (values === null) continue;
        const request = { values, query, form: new URLSearchParams() };
        return this.page(
          this.read((ctx) => view(ctx, request, call.headers.host ?? '')),
          call,
        );
      }
      throw noPage(pathname);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return this.page(problemPage(error), call);
    }
  }

  private async act(call: PageCall): Promise<HttpAnswer> {
    const { pathname } = call.url;
    for (const [pattern, { act, back }] of this.actions) {
      const values = matchPath(pattern, pathname);
      if (values === null) continue;
      const request = { values, query: call.url.searchParams, form: new URLSearchParams(call.body) };
      return redirect(`${back(values)}?said=${this.messages.keep(await said(() => act(request)))}`);
    }
    return this.page(problemPage(noPage(pathname)), call);
  }

  private page(page: Page, { url }: PageCall): HttpAnswer {
    return pageAnswer(page, url.pathname, this.messages.find(url.searchParams.get('said')));
  }

  private read<T>(work: (ctx: Context) => T): T {
    return this.parts.engine.execute(NO_REQUEST, work).result;
  }

  private allViews(): readonly (readonly [pattern: string, view: View])[] {
    const { engine, journal } = this.parts;
    const offset = (): number => engine.parts.clock.offset;
    return [
      ['/', (ctx, _request, host) => homePage(ctx, { address: addressOf(host, engine.publicUrl), offsetMs: offset() })],
      [`${UI}/payments`, paymentsPage],
      [`${UI}/payments/:id`, paymentPage],
      [`${UI}/customers/:id`, customerPage],
      [`${UI}/events`, eventsPage],
      [`${UI}/events/:id`, eventPage],
      [`${UI}/deliveries`, deliveriesPage],
      [`${UI}/requests`, () => requestsPage(journal)],
      [`${UI}/faults`, faultsPage],
      [`${UI}/clock`, (ctx) => clockPage(ctx, offset())],
      [`${UI}/subscriptions`, subscriptionsPage],
      [`${UI}/invoices`, invoicesPage],
      [`${UI}/reset`, () => resetPage],
    ];
  }
}

function allActions(actions: Actions): readonly (readonly [pattern: string, action: Action])[] {
  const payment = ({ id = '' }: PageRequest['values']): string => `${UI}/payments/${id}`;
  const on = (pattern: string, back: Action['back'], act: Action['act']): [string, Action] => [
    `${UI}/${pattern}`,
    { act, back },
  ];
  return [
    on('payments/:id/challenge', payment, (request) => actions.challenge(request)),
    on('payments/:id/capture', payment, (request) => actions.capture(request)),
    on('payments/:id/cancel', payment, (request) => actions.cancel(request)),
    on('payments/:id/refund', payment, (request) => actions.refund(request)),
    on('payments/:id/dispute', payment, (request) => actions.dispute(request)),
    on('payments/:id/disputes/:dispute/evidence', payment, (request) => actions.evidence(request)),
    on('payments/:id/disputes/:dispute/decision', payment, (request) => actions.decide(request)),
    on(
      'events/:id/resend',
      ({ id = '' }) => `${UI}/events/${id}`,
      (request) => actions.resend(request),
    ),
    on(
      'faults',
      () => `${UI}/faults`,
      (request) => actions.setFault(request),
    ),
    on(
      'faults/clear',
      () => `${UI}/faults`,
      () => actions.clearFaults(),
    ),
    on(
      'faults/:id/remove',
      () => `${UI}/faults`,
      (request) => actions.removeFault(request),
    ),
    on(
      'clock',
      () => `${UI}/clock`,
      (request) => actions.advanceClock(request),
    ),
    on(
      'reset',
      () => '/',
      () => actions.reset(),
    ),
  ];
}

async function said(act: () => Promise<string> | string): Promise<{ kind: 'alert' | 'status'; text: string }> {
  try {
    return { kind: 'status', text: await act() };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { kind: 'alert', text: error.body.message };
  }
}

/** The public address where that is the one asked for, which may stand behind a proxy with TLS. */
function addressOf(host: string, publicUrl: string): string {
  const own = new URL(publicUrl);
  return own.host === host ? publicUrl.replace(/\/$/, '') : new URL(`http://${host}`).origin;
}

function noPage(path: string): ApiError {
  return new ApiError(404, { type: 'invalid_request_error', message: `There is no page at ${path}.` });
}

function problemPage({ status, body }: ApiError): Page {
  return {
    title: status === 404 ? 'Not found' : 'Refused',
    status,
    body: markup`<p>${body.message}</p>
<p><a href="/">Back to the overview</a></p>`,
  };
}
