import { ControlError, type ControlParts, type ControlRequest, type ControlRoute } from './control-route';
import { clockRoutes } from './clock-routes';
import { disputeRoutes } from './dispute-routes';
import { faultRoutes } from './fault-routes';
import { paymentRoutes } from './payment-routes';
import { refundRoutes } from './refund-routes';
import { stateRoutes } from './state-routes';
import { webhookRoutes } from './webhook-routes';
import { ApiError } from '../core/errors';
import { json, type HttpAnswer } from '../core/http';
import { matchPath } from '../core/paths';

const ROOT = '/_simulator';

/** What tests and people steer the simulator by. It stands outside `/v1`, so no client of Stripe's can meet it. */
export class Control {
  private readonly routes: readonly ControlRoute[];

  constructor(parts: ControlParts) {
    this.routes = [
      { method: 'GET', path: '', does: 'names all that this API can do', handle: () => json(200, this.index()) },
      ...stateRoutes(parts),
      ...clockRoutes(parts),
      ...faultRoutes(parts),
      ...webhookRoutes(parts),
      ...paymentRoutes(parts),
      ...disputeRoutes(parts),
      ...refundRoutes(parts),
    ];
  }

  async handle(
    method: string,
    path: string,
    body: string,
    query: URLSearchParams = new URLSearchParams(),
  ): Promise<HttpAnswer> {
    try {
      const { route, values } = this.find(method, path.replace(/\/$/, ''));
      checkQuery(route, query);
      return await route.handle({ values, query, input: inputOf(route, body), body });
    } catch (error) {
      if (error instanceof ApiError) return json(error.status, { error: error.body });
      if (error instanceof ControlError) return json(error.status, { error: { message: error.message } });
      throw error;
    }
  }

  private find(method: string, path: string): { route: ControlRoute; values: ControlRequest['values'] } {
    const others: string[] = [];
    for (const route of this.routes) {
      const values = matchPath(ROOT + route.path, path);
      if (values === null) continue;
      if (route.method === method || (route.method === 'GET' && method === 'HEAD')) return { route, values };
      others.push(route.method);
    }
    if (others.length > 0) throw new ControlError(`${path} takes ${others.join(' and ')}, not ${method}.`, 405);
    throw new ControlError(`Nothing answers ${method} ${path} here: GET ${ROOT} names what does.`, 404);
  }

  private index(): object {
    return {
      routes: this.routes.map(({ method, path, does, takes, asks }) => ({
        method,
        path: ROOT + path,
        does,
        ...(asks === undefined ? {} : { asks }),
        ...(takes === undefined ? {} : { takes }),
      })),
    };
  }
}

function checkQuery({ asks = [] }: ControlRoute, query: URLSearchParams): void {
  const unknown = [...query.keys()].find((name) => !asks.includes(name));
  if (unknown === undefined) return;
  const known = asks.length === 0 ? 'This address takes no parameters' : `This address takes ${asks.join(', ')}`;
  throw new ControlError(`'${unknown}' is unknown. ${known}.`);
}

function inputOf({ takes = [] }: ControlRoute, body: string): ControlRequest['input'] {
  if (takes === 'form') return {};
  const input = parse(body);
  if (takes === 'any') return input;
  const unknown = Object.keys(input).find((name) => !takes.includes(name));
  if (unknown === undefined) return input;
  const known = takes.length === 0 ? 'No body is taken here' : `The body takes ${takes.join(', ')}`;
  throw new ControlError(`'${unknown}' is unknown. ${known}.`);
}

function parse(body: string): Record<string, unknown> {
  if (body.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new ControlError(`The body is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new ControlError('The body has to be a JSON object, such as {"advanceSeconds": 60}.');
}
