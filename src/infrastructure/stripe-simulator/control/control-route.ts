import type { Engine } from '../core/engine';
import { json, type HttpAnswer } from '../core/http';
import type { RequestJournal } from '../core/request-journal';
import type { WebhookDispatcher } from '../webhooks/webhook-dispatcher';

export interface SavedRow {
  table: string;
  id: string;
  row: { id: string };
}

export interface ControlParts {
  engine: Engine;
  journal: RequestJournal;
  dispatcher: WebhookDispatcher;
  reset(): void;
  /** Takes over a state that was saved. */
  restore(rows: readonly SavedRow[]): void;
  moveClock(toMs: number): void;
}

export interface ControlRequest {
  values: Readonly<Record<string, string>>;
  query: URLSearchParams;
  input: Readonly<Record<string, unknown>>;
  body: string;
}

export interface ControlRoute {
  method: 'DELETE' | 'GET' | 'POST';
  /** Below `/_simulator`. */
  path: string;
  /** One line for the index. */
  does: string;
  /** The members of the JSON body, `'any'` where the handler looks at them itself, `'form'` where it is no JSON. */
  takes?: readonly string[] | 'any' | 'form';
  /** Parameters of the address. */
  asks?: readonly string[];
  handle(request: ControlRequest): HttpAnswer | Promise<HttpAnswer>;
}

/** Says what to do instead. */
export class ControlError extends Error {
  constructor(
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export function done(action: () => void): HttpAnswer {
  action();
  return json(200, {});
}
