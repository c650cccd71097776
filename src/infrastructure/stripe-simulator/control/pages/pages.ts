import type { IncomingHttpHeaders } from 'node:http';
import { NO_REQUEST } from '../../core/engine';
import type { Context } from '../../core/context';
import { ApiError } from '../../core/errors';
import { redirect, type HttpAnswer } from '../../core/http';
import { matchPath } from '../../core/paths';
import type { RequestJournal } from '../../core/request-journal';
import { Actions, type ActionParts, type Outcome } from './actions';
import { invoicesPage, subscriptionsPage } from './billing-pages';
import { clockPage } from './clock-page';
import { customerPage } from './customer-page';
import { deliveriesPage, eventPage, eventsPage } from './events-pages';
import { faultsPage } from './faults-page';
import { pageOfId } from './find';
import { homePage } from './home-page';
import { customerPageAnswer, pageAnswer, UI, type Page } from './layout';
import { markup } from './markup';
import { Messages, type Message } from './messages';
import { objectPage } from './object-page';
import type { PageRequest } from './page-request';
import { paymentPage } from './payment-page';
import { paymentsPage } from './payments-list';
import { invoicePage, receiptPage } from './receipt-page';
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
  /** Does what a form asks for, and tells what was done. */
  act: (request: PageRequest) => Promise<Outcome> | Outcome;
  /** The page to go on to. */
  back: (values: PageRequest['values']) => string;
}

const OWN_PATHS = /^\/$|^\/_simulator\/(ui(\/|$)|receipts\/|invoices\/)/;

const FAILED: Page = {
  title: 'The simulator failed',
  status: 500,
  body: markup`<p>This is an error of the simulator itself. What went wrong stands in its output.</p>`,
};

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
    if (!OWN_PATHS.test(pathname)) return null;
    try {
      return await this.answer(call);
    } catch (error) {
      process.stderr.write(`stripe simulator: ${error instanceof Error ? String(error.stack) : String(error)}\n`);
      return this.page(FAILED, call);
    }
  }

  private answer(call: PageCall): HttpAnswer | Promise<HttpAnswer> {
    if (call.method === 'POST') return this.act(call);
    if (call.method === 'GET' || call.method === 'HEAD') return this.show(call);
    const answer = this.page(
      { title: 'Not allowed', body: markup`<p>A page is read or its forms are sent.</p>`, status: 405 },
      call,
    );
    return { ...answer, headers: { ...answer.headers, Allow: 'GET, HEAD, POST' } };
  }

  private show(call: PageCall): HttpAnswer {
    const { searchParams: query } = call.url;
    const pathname = pathOf(call.url);
    try {
      if (pathname === UI) return redirect('/');
      if (pathname === `${UI}/find`) return redirect(this.read((ctx) => pageOfId(ctx, query.get('id') ?? '')));
      for (const [pattern, view] of this.views) {
        const values = matchPath(pattern, pathname);
        if (values === null) continue;
        const request = { values: decoded(values), query, form: new URLSearchParams() };
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
    const pathname = pathOf(call.url);
    for (const [pattern, { act, back }] of this.actions) {
      const values = matchPath(pattern, pathname);
      if (values === null) continue;
      const request = { values, query: call.url.searchParams, form: new URLSearchParams(call.body) };
      const done = await outcomeOf(() => act(request));
      if ('title' in done) return this.page(done, call);
      return redirect(`${back(values)}?said=${this.messages.keep(done)}`);
    }
    return this.page(problemPage(noPage(pathname)), call);
  }

  private page(page: Page, { url }: PageCall): HttpAnswer {
    if (page.forCustomer === true) return customerPageAnswer(page);
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
      [`${UI}/objects/:id`, objectPage],
      [`${UI}/events`, eventsPage],
      [`${UI}/events/:id`, eventPage],
      [`${UI}/deliveries`, deliveriesPage],
      [`${UI}/requests`, () => requestsPage(journal)],
      [`${UI}/faults`, faultsPage],
      [`${UI}/clock`, (ctx) => clockPage(ctx, offset())],
      [`${UI}/subscriptions`, subscriptionsPage],
      [`${UI}/invoices`, invoicesPage],
      [`${UI}/reset`, () => resetPage],
      ['/_simulator/receipts/:id', receiptPage],
      ['/_simulator/invoices/:id', invoicePage],
    ];
  }
}

function allActions(actions: Actions): readonly (readonly [pattern: string, action: Action])[] {
  const payment: Action['back'] = ({ id = '' }) => `${UI}/payments/${id}`;
  const object: Action['back'] = ({ id = '' }) => `${UI}/objects/${id}`;
  const event: Action['back'] = ({ id = '' }) => `${UI}/events/${id}`;
  const faults: Action['back'] = () => `${UI}/faults`;
  const forms: Readonly<Record<string, Action>> = {
    'payments/:id/challenge': { act: (request) => actions.challenge('payment_intents', request), back: payment },
    'setups/:id/challenge': { act: (request) => actions.challenge('setup_intents', request), back: object },
    'payments/:id/capture': { act: (request) => actions.capture(request), back: payment },
    'payments/:id/cancel': { act: (request) => actions.cancel(request), back: payment },
    'payments/:id/refund': { act: (request) => actions.refund(request), back: payment },
    'payments/:id/dispute': { act: (request) => actions.dispute(request), back: payment },
    'payments/:id/disputes/:dispute/evidence': { act: (request) => actions.evidence(request), back: payment },
    'payments/:id/disputes/:dispute/decision': { act: (request) => actions.decide(request), back: payment },
    'events/:id/resend': { act: (request) => actions.resend(request), back: event },
    faults: { act: (request) => actions.setFault(request), back: faults },
    'faults/clear': { act: () => actions.clearFaults(), back: faults },
    'faults/:id/remove': { act: (request) => actions.removeFault(request), back: faults },
    'drills/:name/begin': { act: (request) => actions.beginDrill(request), back: faults },
    'drills/:name/end': { act: (request) => actions.endDrill(request), back: faults },
    clock: { act: (request) => actions.advanceClock(request), back: () => `${UI}/clock` },
    reset: { act: () => actions.reset(), back: () => '/' },
  };
  return Object.entries(forms).map(([pattern, action]) => [`${UI}/${pattern}`, action]);
}

async function outcomeOf(act: () => Promise<Outcome> | Outcome): Promise<Message | Page> {
  try {
    const outcome = await act();
    return typeof outcome === 'string' ? { kind: 'status', text: outcome } : outcome;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { kind: 'alert', text: error.body.message };
  }
}

function pathOf({ pathname }: URL): string {
  return pathname === '/' ? pathname : pathname.replace(/\/$/, '');
}

/** Some ids are chosen by people, such as a coupon's. */
function decoded(values: PageRequest['values']): PageRequest['values'] {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, decode(value)]));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
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
