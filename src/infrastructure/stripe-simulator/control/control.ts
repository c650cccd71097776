import type Stripe from 'stripe';
import { challengeDonePage, challengePage, returnLocation } from './challenge-page';
import { NO_REQUEST, type Engine } from '../core/engine';
import { ApiError } from '../core/errors';
import { faultProblem, type FaultDefinition } from '../faults/faults';
import { json, redirect, type HttpAnswer } from '../core/http';
import { matchPath } from '../core/paths';
import type { RequestJournal } from '../core/request-journal';
import { finishChallenge } from '../payments/confirm';
import type { Scheduler } from '../core/scheduler';
import { changeSettings } from '../core/settings';
import type { WebhookDispatcher } from '../webhooks/webhook-dispatcher';

interface ControlParts {
  engine: Engine;
  journal: RequestJournal;
  dispatcher: WebhookDispatcher;
  scheduler: Scheduler;
  reset(): void;
}

interface ControlRequest {
  values: Readonly<Record<string, string>>;
  input: Readonly<Record<string, unknown>>;
  body: string;
}

type Handler = (request: ControlRequest) => HttpAnswer | Promise<HttpAnswer>;

/** What tests and people steer the simulator by. It stands outside `/v1`, so no client of Stripe's can meet it. */
export class Control {
  private readonly routes: readonly (readonly [method: string, pattern: string, handler: Handler])[];

  constructor(private readonly parts: ControlParts) {
    const { journal, dispatcher, engine } = parts;
    const { faults } = engine.parts;
    this.routes = [
      ['GET', '/_simulator/journal', () => json(200, journal.list())],
      ['GET', '/_simulator/state', () => json(200, this.state())],
      ['GET', '/_simulator/deliveries', () => json(200, [...engine.parts.store.table('deliveries').values()])],
      ['GET', '/_simulator/faults', () => json(200, faults.list())],
      ['POST', '/_simulator/faults', ({ input }) => this.addFault(input)],
      [
        'DELETE',
        '/_simulator/faults',
        () =>
          done(() => {
            faults.clear();
          }),
      ],
      ['DELETE', '/_simulator/faults/:id', ({ values }) => json(faults.remove(values.id ?? '') ? 200 : 404, {})],
      [
        'POST',
        '/_simulator/reset',
        () =>
          done(() => {
            parts.reset();
          }),
      ],
      ['POST', '/_simulator/settings', ({ input }) => this.changeSettings(input)],
      ['POST', '/_simulator/clock', ({ input }) => this.advanceClock(input)],
      ['GET', '/_simulator/clock', () => json(200, { now: engine.parts.clock.now() })],
      [
        'POST',
        '/_simulator/webhooks/pause',
        () =>
          done(() => {
            dispatcher.pause();
          }),
      ],
      [
        'POST',
        '/_simulator/webhooks/resume',
        () =>
          done(() => {
            dispatcher.resume();
          }),
      ],
      ['POST', '/_simulator/webhooks/resend', ({ input }) => this.resend(input)],
      ['POST', '/_simulator/payment_intents/:id/authenticate', (request) => this.authenticate(request)],
      ['GET', '/_simulator/3ds/:id', ({ values }) => this.challenge(values.id ?? '')],
      ['POST', '/_simulator/3ds/:id', (request) => this.challenged(request)],
    ];
  }

  async handle(method: string, path: string, body: string): Promise<HttpAnswer> {
    for (const [expected, pattern, handler] of this.routes) {
      const values = expected === method ? matchPath(pattern, path) : null;
      if (values === null) continue;
      try {
        return await handler({ values, input: parse(body), body });
      } catch (error) {
        if (error instanceof ApiError) return json(error.status, { error: error.body });
        throw error;
      }
    }
    return json(404, { error: { message: `Nothing answers ${method} ${path} here.` } });
  }

  private state(): object {
    const { store } = this.parts.engine.parts;
    return {
      account: this.parts.engine.parts.accountId,
      payment_intents: [...store.table('payment_intents').values()],
      charges: [...store.table('charges').values()],
      balance_transactions: [...store.table('balance_transactions').values()],
      events: [...store.table('events').values()],
      deliveries: [...store.table('deliveries').values()],
      webhook_endpoints: [...store.table('webhook_endpoints').values()].map(({ secret: _secret, ...shown }) => shown),
    };
  }

  private addFault(input: ControlRequest['input']): HttpAnswer {
    const problem = faultProblem(input);
    if (problem !== null) return badRequest(problem);
    return json(200, this.parts.engine.parts.faults.add(input as unknown as FaultDefinition));
  }

  private changeSettings(input: ControlRequest['input']): HttpAnswer {
    const { settings } = this.parts.engine.parts;
    const problem = changeSettings(settings, input);
    return problem === null ? json(200, settings) : badRequest(`${problem} is no setting, or its value is not one`);
  }

  private advanceClock({ advanceSeconds }: ControlRequest['input']): HttpAnswer {
    if (typeof advanceSeconds !== 'number' || advanceSeconds < 0)
      return badRequest('advanceSeconds is a number, 0 or more');
    const { clock } = this.parts.engine.parts;
    clock.offset += advanceSeconds * 1000;
    this.parts.engine.execute(NO_REQUEST, ({ tx }) => {
      tx.put('meta', { id: 'clock', value: String(clock.offset) });
    });
    this.parts.scheduler.runDue();
    return json(200, { now: clock.now() });
  }

  private async resend({ event, times = 1 }: ControlRequest['input']): Promise<HttpAnswer> {
    const found = typeof event === 'string' ? this.parts.engine.parts.store.get('events', event) : undefined;
    if (found === undefined) return json(404, { error: { message: `No such event: ${String(event)}` } });
    if (typeof times !== 'number' || times < 1) return badRequest('times is a number, 1 or more');
    return json(200, { answers: await this.parts.dispatcher.resend(found, times) });
  }

  private authenticate({ values, input }: ControlRequest): HttpAnswer {
    if (input.outcome !== 'succeed' && input.outcome !== 'fail') return badRequest('outcome is succeed or fail');
    return json(200, this.finish(this.find(values.id ?? ''), input.outcome));
  }

  private challenge(id: string): HttpAnswer {
    const intent = this.find(id);
    return intent.status === 'requires_action' ? challengePage(intent) : challengeDonePage(intent);
  }

  private challenged({ values, body }: ControlRequest): HttpAnswer {
    const intent = this.find(values.id ?? '');
    const returnUrl = this.parts.engine.parts.store.get('attempts', intent.id)?.returnUrl ?? null;
    if (intent.status !== 'requires_action') return challengeDonePage(intent, 409);
    const outcome = new URLSearchParams(body).get('outcome') === 'succeed' ? 'succeed' : 'fail';
    const finished = this.finish(intent, outcome);
    return returnUrl === null ? challengeDonePage(finished) : redirect(returnLocation(returnUrl, finished));
  }

  private find(id: string): Stripe.PaymentIntent {
    const found = this.parts.engine.parts.store.get('payment_intents', id);
    if (found !== undefined) return found;
    throw new ApiError(404, { type: 'invalid_request_error', message: `No such payment_intent: '${id}'` });
  }

  private finish(intent: Stripe.PaymentIntent, outcome: 'fail' | 'succeed'): Stripe.PaymentIntent {
    const { result, deliveries } = this.parts.engine.execute(NO_REQUEST, (ctx) =>
      finishChallenge(ctx, intent, outcome),
    );
    this.parts.dispatcher.start(deliveries);
    return result.intent;
  }
}

function done(action: () => void): HttpAnswer {
  action();
  return json(200, {});
}

function badRequest(message: string): HttpAnswer {
  return json(400, { error: { message } });
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
