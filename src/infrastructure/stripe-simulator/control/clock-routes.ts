import { ControlError, type ControlParts, type ControlRequest, type ControlRoute } from './control-route';
import { json, type HttpAnswer } from '../core/http';

/** Dates beyond are no dates to most programs. */
const LAST_SECOND = Date.UTC(9999, 11, 31) / 1000;

export function clockRoutes(parts: ControlParts): ControlRoute[] {
  const { clock } = parts.engine.parts;
  const shown = (): HttpAnswer => {
    const nowMs = clock.nowMs();
    return json(200, {
      now: Math.floor(nowMs / 1000),
      iso: new Date(nowMs).toISOString(),
      aheadSeconds: Math.round(clock.offset / 1000),
    });
  };
  return [
    { method: 'GET', path: '/clock', does: "shows the simulator's time", handle: shown },
    {
      method: 'POST',
      path: '/clock',
      does: 'advances the time by seconds or sets it forward to an instant, and does all that falls due',
      takes: ['advanceSeconds', 'to'],
      handle(request) {
        parts.moveClock(targetMs(request, clock.nowMs()));
        return shown();
      },
    },
  ];
}

function targetMs({ input: { advanceSeconds, to } }: ControlRequest, nowMs: number): number {
  if ((advanceSeconds === undefined) === (to === undefined)) {
    throw new ControlError("Give either 'advanceSeconds' or 'to': a time in seconds, or as 2027-01-31T12:00:00Z.");
  }
  const target = to === undefined ? later(advanceSeconds, nowMs) : instant(to);
  if (target < nowMs) throw new ControlError('The clock never goes back. Reset the simulator to begin anew.');
  if (target > LAST_SECOND * 1000) throw new ControlError('The clock ends with the year 9999.');
  return target;
}

function later(seconds: unknown, nowMs: number): number {
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0) return nowMs + seconds * 1000;
  throw new ControlError("'advanceSeconds' is a number, 0 or more.");
}

function instant(to: unknown): number {
  const ms = typeof to === 'number' ? to * 1000 : typeof to === 'string' ? Date.parse(to) : NaN;
  if (Number.isFinite(ms)) return ms;
  throw new ControlError("'to' is a time in seconds since 1970, or as 2027-01-31T12:00:00Z.");
}
