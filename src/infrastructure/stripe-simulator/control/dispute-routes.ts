import { ControlError, type ControlParts, type ControlRequest, type ControlRoute } from './control-route';
import type { Context } from '../core/context';
import { NO_REQUEST } from '../core/engine';
import { json, type HttpAnswer } from '../core/http';
import { openDispute, type DisputeRequest } from '../reversals/dispute';
import { decide } from '../reversals/dispute-decision';

/** What a cardholder and the bank do without being asked. */
export function disputeRoutes(parts: ControlParts): ControlRoute[] {
  return [
    {
      method: 'POST',
      path: '/charges/:id/dispute',
      does: "opens a dispute of a charge; without an 'amount' over all that is left of it",
      takes: ['amount', 'inquiry', 'reason'],
      handle({ values: { id = '' }, input }) {
        const request = requestOf(input);
        return act(parts, (ctx) => {
          const charge = ctx.tx.get('charges', id);
          if (charge === undefined) throw new ControlError(`There is no charge '${id}'.`, 404);
          return openDispute(ctx, charge, request);
        });
      },
    },
    {
      method: 'POST',
      path: '/disputes/:id/decide',
      does: "ends a dispute with the 'decision' win or lose, or makes a chargeback of an inquiry by escalate; 'returned' is what a lost one gives back",
      takes: ['decision', 'returned'],
      handle({ values: { id = '' }, input: { decision, returned = 0 } }) {
        if (decision !== 'escalate' && decision !== 'lose' && decision !== 'win') {
          throw new ControlError("'decision' is win, lose or escalate.");
        }
        if (typeof returned !== 'number') throw new ControlError("'returned' is a number of minor units.");
        return act(parts, (ctx) => {
          const dispute = ctx.tx.get('disputes', id);
          if (dispute === undefined) throw new ControlError(`There is no dispute '${id}'.`, 404);
          return decide(ctx, dispute, decision, returned);
        });
      },
    },
  ];
}

function requestOf({ amount, inquiry, reason }: ControlRequest['input']): DisputeRequest {
  if (amount !== undefined && typeof amount !== 'number')
    throw new ControlError("'amount' is a number of minor units.");
  if (inquiry !== undefined && typeof inquiry !== 'boolean') throw new ControlError("'inquiry' is true or false.");
  if (reason !== undefined && typeof reason !== 'string') throw new ControlError("'reason' is one of Stripe's words.");
  return {
    ...(amount === undefined ? {} : { amount }),
    ...(inquiry === undefined ? {} : { inquiry }),
    ...(reason === undefined ? {} : { reason }),
  };
}

export function act({ dispatcher, engine }: ControlParts, work: (ctx: Context) => object): HttpAnswer {
  const { result, deliveries } = engine.execute(NO_REQUEST, work);
  dispatcher.start(deliveries);
  return json(200, result);
}
