import type { Control } from '../control';
import { NO_REQUEST, type Engine } from '../../core/engine';
import { ApiError } from '../../core/errors';
import { parseForm } from '../../core/form';
import type { Router } from '../../core/router';
import type { WebhookDispatcher } from '../../webhooks/webhook-dispatcher';
import { minorUnits } from './amounts';
import { secondsOf } from './clock-page';
import type { FaultDefinition } from '../../faults/fault-definition';
import { faultOf, unreachablePage } from './faults-page';
import type { Page } from './layout';
import { notFound, type PageRequest } from './page-request';
import { idOf } from '../../core/references';

export interface ActionParts {
  engine: Engine;
  router: Router;
  dispatcher: WebhookDispatcher;
  control: Control;
}

/** A sentence for the next page, or a page at once where there will be no next one for a while. */
export type Outcome = Page | string;

type Params = Readonly<Record<string, string | null>>;

/** What the forms do. Each goes through the API or the control API, so it can do no more than a request can. */
export class Actions {
  constructor(private readonly parts: ActionParts) {}

  async challenge(kind: 'payment_intents' | 'setup_intents', { values, form }: PageRequest): Promise<string> {
    const outcome = form.get('outcome');
    await this.control('POST', `${kind}/${values.id ?? ''}/authenticate`, { outcome });
    return outcome === 'succeed' ? 'The bank was satisfied.' : 'The authentication failed.';
  }

  capture({ values: { id = '' }, form }: PageRequest): string {
    const amount = this.minor(id, form);
    this.api(`payment_intents/${id}/capture`, { amount_to_capture: amount });
    return 'The payment was captured.';
  }

  cancel({ values: { id = '' }, form }: PageRequest): string {
    this.api(`payment_intents/${id}/cancel`, { cancellation_reason: form.get('reason') });
    return 'The payment was canceled.';
  }

  refund({ values: { id = '' }, form }: PageRequest): string {
    this.api('refunds', { payment_intent: id, amount: this.minor(id, form), reason: form.get('reason') });
    return 'The refund was made.';
  }

  evidence({ values: { dispute = '' }, form }: PageRequest): string {
    this.api(`disputes/${dispute}`, { 'evidence[uncategorized_text]': form.get('text'), submit: 'true' });
    return 'The evidence was submitted.';
  }

  async dispute({ values: { id = '' }, form }: PageRequest): Promise<string> {
    const { store } = this.parts.engine.parts;
    const charge = idOf(store.get('payment_intents', id)?.latest_charge);
    if (charge === null) throw notFound('charge of the payment', id);
    const inquiry = form.get('kind') === 'inquiry';
    const amount = Number(this.minor(id, form));
    await this.control('POST', `charges/${charge}/dispute`, { amount, inquiry, reason: form.get('reason') });
    return inquiry ? 'The inquiry was opened.' : 'The dispute was opened.';
  }

  async decide({ values: { dispute = '' }, form }: PageRequest): Promise<string> {
    const decided = { decision: form.get('decision') };
    const { status } = await this.control<{ status: string }>('POST', `disputes/${dispute}/decide`, decided);
    return `The dispute's status is now ${status.replaceAll('_', ' ')}.`;
  }

  async resend({ values: { id = '' } }: PageRequest): Promise<string> {
    const { answers } = await this.control<{ answers: (number | string)[] }>('POST', 'webhooks/resend', { event: id });
    if (answers.length === 0) return 'No endpoint is registered, so the event was sent to none.';
    return `The event was sent again. The endpoints answered: ${answers.join(', ')}.`;
  }

  async setFault({ form }: PageRequest): Promise<Outcome> {
    const fault = await this.control<FaultDefinition>('POST', 'faults', faultOf(form));
    return refusing([fault]) ?? `The fault ${fault.kind} is set.`;
  }

  async beginDrill({ values: { name = '' } }: PageRequest): Promise<Outcome> {
    const { set } = await this.control<{ set: FaultDefinition[] }>('POST', `drills/${name}`);
    return refusing(set) ?? `The drill ${name} has begun.`;
  }

  async endDrill({ values: { name = '' } }: PageRequest): Promise<string> {
    await this.control('DELETE', `drills/${name}`);
    return `The drill ${name} is over.`;
  }

  async removeFault({ values: { id = '' } }: PageRequest): Promise<string> {
    await this.control('DELETE', `faults/${id}`);
    return 'The fault is removed.';
  }

  async clearFaults(): Promise<string> {
    await this.control('DELETE', 'faults');
    return 'No fault is set any more.';
  }

  async advanceClock({ form }: PageRequest): Promise<string> {
    const advanceSeconds = secondsOf(form);
    if (advanceSeconds === null) {
      const message = 'The clock advances by a whole number of minutes, hours or days, a century at most.';
      throw new ApiError(400, { type: 'invalid_request_error', message });
    }
    await this.control('POST', 'clock', { advanceSeconds });
    return 'The clock was advanced, and what was due is done.';
  }

  async reset(): Promise<string> {
    await this.control('POST', 'reset');
    return 'Everything is removed.';
  }

  private minor(id: string, form: URLSearchParams): string {
    const intent = this.parts.engine.parts.store.get('payment_intents', id);
    if (intent === undefined) throw notFound('payment', id);
    return String(minorUnits(form.get('amount') ?? '', intent.currency));
  }

  /** As a request to `/v1` would, with a secret key; parameters without a value are left out. */
  private api(path: string, params: Params): void {
    const found = this.parts.router.find('POST', `/v1/${path}`);
    if (found === null) throw notFound('way', path);
    const given = Object.entries(params).filter((entry): entry is [string, string] => !isEmpty(entry[1]));
    const prepared = found.route.prepare(parseForm(new URLSearchParams(given).toString()), found.path);
    const { engine, dispatcher } = this.parts;
    const { result, deliveries } = engine.execute(NO_REQUEST, (ctx) => prepared.execute(ctx));
    dispatcher.start(deliveries);
    const { status, body } = result;
    if (status >= 400) throw refused(status, body);
  }

  private async control<T = object>(method: string, path: string, input: object = {}): Promise<T> {
    const answer = await this.parts.control.handle(method, `/_simulator/${path}`, JSON.stringify(input));
    // The control API answers JSON, in the shape that the caller knows.
    const body = JSON.parse(answer.body) as T & object;
    if (answer.status >= 400) throw refused(answer.status, body);
    return body;
  }
}

function refusing(faults: readonly FaultDefinition[]): Page | null {
  const fault = faults.find(({ kind, match }) => kind === 'refuse_connections' && match === undefined);
  return fault === undefined ? null : unreachablePage(fault.ms ?? 1_000);
}

function isEmpty(value: string | null): boolean {
  return value === null || value === '';
}

function refused(status: number, body: object): ApiError {
  const error = 'error' in body && typeof body.error === 'object' ? body.error : null;
  const message = error !== null && 'message' in error ? String(error.message) : `It was refused (${String(status)}).`;
  return new ApiError(status, { type: 'invalid_request_error', message });
}
