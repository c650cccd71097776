import { challengeDonePage, challengePage, returnLocation, type Challenged } from './challenge-page';
import { ControlError, type ControlParts, type ControlRequest, type ControlRoute } from './control-route';
import { NO_REQUEST } from '../core/engine';
import { ApiError } from '../core/errors';
import { json, redirect, type HttpAnswer } from '../core/http';
import { finishChallenge } from '../payments/confirm';
import { finishSetupChallenge } from '../payments/confirm-setup';

/** What the customer does, at the bank and elsewhere. */
export function paymentRoutes(parts: ControlParts): ControlRoute[] {
  return [
    {
      method: 'POST',
      path: '/payment_intents/:id/authenticate',
      does: "finishes the bank's challenge with the 'outcome' succeed or fail",
      takes: ['outcome'],
      handle({ values, input: { outcome } }) {
        if (outcome !== 'succeed' && outcome !== 'fail') throw new ControlError("'outcome' is succeed or fail.");
        return json(200, finish(parts, find(parts, values.id ?? ''), outcome));
      },
    },
    {
      method: 'POST',
      path: '/setup_intents/:id/authenticate',
      does: "finishes the bank's challenge of a setup with the 'outcome' succeed or fail",
      takes: ['outcome'],
      handle({ values, input: { outcome } }) {
        if (outcome !== 'succeed' && outcome !== 'fail') throw new ControlError("'outcome' is succeed or fail.");
        return json(200, finish(parts, find(parts, values.id ?? ''), outcome));
      },
    },
    {
      method: 'GET',
      path: '/3ds/:id',
      does: "shows the page on which the customer's bank asks",
      handle({ values }) {
        const intent = find(parts, values.id ?? '');
        return intent.status === 'requires_action' ? challengePage(intent) : challengeDonePage(intent);
      },
    },
    {
      method: 'POST',
      path: '/3ds/:id',
      does: 'takes what the customer chose on that page',
      takes: 'form',
      handle: (request) => challenged(parts, request),
    },
  ];
}

function challenged(parts: ControlParts, { values, body }: ControlRequest): HttpAnswer {
  const intent = find(parts, values.id ?? '');
  const returnUrl = parts.engine.parts.store.get('attempts', intent.id)?.returnUrl ?? null;
  if (intent.status !== 'requires_action') return challengeDonePage(intent, 409);
  const outcome = new URLSearchParams(body).get('outcome') === 'succeed' ? 'succeed' : 'fail';
  const finished = finish(parts, intent, outcome);
  return returnUrl === null ? challengeDonePage(finished) : redirect(returnLocation(returnUrl, finished));
}

function find({ engine }: ControlParts, id: string): Challenged {
  const { store } = engine.parts;
  const found = id.startsWith('seti_') ? store.get('setup_intents', id) : store.get('payment_intents', id);
  if (found !== undefined) return found;
  throw new ApiError(404, { type: 'invalid_request_error', message: `No such payment_intent: '${id}'` });
}

function finish({ dispatcher, engine }: ControlParts, intent: Challenged, outcome: 'fail' | 'succeed'): Challenged {
  const { result, deliveries } = engine.execute<{ intent: Challenged }>(NO_REQUEST, (ctx) =>
    intent.object === 'setup_intent'
      ? finishSetupChallenge(ctx, intent, outcome)
      : finishChallenge(ctx, intent, outcome),
  );
  dispatcher.start(deliveries);
  return result.intent;
}
