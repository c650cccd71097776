import type { Control } from '../control';
import type { Context } from '../../core/context';
import { NO_REQUEST, type Engine } from '../../core/engine';
import { ApiError } from '../../core/errors';
import { parseForm } from '../../core/form';
import type { Router } from '../../core/router';
import type { WebhookDispatcher } from '../../webhooks/webhook-dispatcher';
import { openDispute } from '../../reversals/dispute';
import { decide } from '../../reversals/dispute-decision';
import { minorUnits } from './amounts';
import { secondsOf } from './clock-page';
import { faultOf } from './faults-page';
import { notFound, type PageRequest } from './page-request';
import { latestCharge } from './words';

export interface ActionParts {
  engine: Engine;
  router: Router;
  dispatcher: WebhookDispatcher;
  control: Control;
}

const DECISIONS = ['win', 'lose', 'escalate'] as const;

type Params = Readonly<Record<string, string | null>>;

/** What the forms do. Nearly each goes through the API or the control API, so it refuses what they refuse. */
export class Actions {
  constructor(private readonly parts: ActionParts) {}

  async challenge({ values: { id = '' }, form }: PageRequest): Promise<string> {
    const outcome = form.get('outcome');
    await this.control('POST', `payment_intents/${id}/authenticate`, { outcome });
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

  dispute({ values: { id = '' }, form }: PageRequest): string {
    const amount = Number(this.minor(id, form));
    const inquiry = form.get('kind') === 'inquiry';
    const reason = form.get('reason') ?? 'fraudulent';
    this.change((ctx) => {
      const intent = ctx.tx.get('payment_intents', id);
      const charge = intent === undefined ? null : latestCharge(ctx, intent);
      if (charge === null) throw notFound('charge of the payment', id);
      openDispute(ctx, charge, { amount, inquiry, reason });
    });
    return inquiry ? 'The inquiry was opened.' : 'The dispute was opened.';
  }

  decide({ values: { dispute = '' }, form }: PageRequest): string {
    const decision = DECISIONS.find((known) => known === form.get('decision')) ?? 'lose';
    const { status } = this.change((ctx) => {
      const found = ctx.tx.get('disputes', dispute);
      if (found === undefined) throw notFound('dispute', dispute);
      return decide(ctx, found, decision);
    });
    return `The dispute's status is now ${status.replaceAll('_', ' ')}.`;
  }

  async resend({ values: { id = '' } }: PageRequest): Promise<string> {
    const { answers } = await this.control<{ answers: (number | string)[] }>('POST', 'webhooks/resend', { event: id });
    if (answers.length === 0) return 'No endpoint is registered, so the event was sent to none.';
    return `The event was sent again. The endpoints answered: ${answers.join(', ')}.`;
  }

  async setFault({ form }: PageRequest): Promise<string> {
    const { kind } = await this.control<{ kind: string }>('POST', 'faults', faultOf(form));
    return `The fault ${kind} is set.`;
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
    const { status, body } = this.change((ctx) => prepared.execute(ctx));
    if (status >= 400) throw refused(status, body);
  }

  private change<T>(work: (ctx: Context) => T): T {
    const { engine, dispatcher } = this.parts;
    const { result, deliveries } = engine.execute(NO_REQUEST, work);
    dispatcher.start(deliveries);
    return result;
  }

  private async control<T = object>(method: string, path: string, input: object = {}): Promise<T> {
    const answer = await this.parts.control.handle(method, `/_simulator/${path}`, JSON.stringify(input));
    // The control API answers JSON, in the shape that the caller knows.
    const body = JSON.parse(answer.body) as T & object;
    if (answer.status >= 400) throw refused(answer.status, body);
    return body;
  }
}

function isEmpty(value: string | null): boolean {
  return value === null || value === '';
}

function refused(status: number, body: object): ApiError {
  const error = 'error' in body && typeof body.error === 'object' ? body.error : null;
  const message = error !== null && 'message' in error ? String(error.message) : `It was refused (${String(status)}).`;
  return new ApiError(status, { type: 'invalid_request_error', message });
}
