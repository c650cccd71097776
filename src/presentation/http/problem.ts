import { PROBLEMS, typeOf, type ProblemCode } from './problem-codes';

export interface FieldError {
  /** The property, query parameter or header. */
  readonly field: string;
  readonly reason: string;
}

export interface ProblemExtras {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** More members of the answer: `paymentId`, `declineCode`. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** An answer that is not what was asked for. Controllers throw it, the filter writes it. */
export class ProblemException extends Error {
  override readonly name = 'ProblemException';

  /** @param what happened, as a sentence; what to do about it is the code's. */
  constructor(
    readonly code: ProblemCode,
    what: string,
    readonly extras: ProblemExtras = {},
  ) {
    super(what);
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

export const PROBLEM_TYPE = 'application/problem+json';

/** RFC 9457. */
export function problemBody(problem: ProblemException, requestId: string): string {
  const { code, message, extras } = problem;
  const { status, title, advice } = PROBLEMS[code];
  return JSON.stringify({
    type: typeOf(code),
    title,
    status,
    detail: `${message} ${advice}`,
    code,
    requestId,
    ...(extras.errors === undefined ? {} : { errors: extras.errors }),
    ...extras.members,
  });
}

export function invalid(errors: readonly FieldError[]): ProblemException {
  const fields = [...new Set(errors.map(({ field }) => field))].join(', ');
  return new ProblemException('invalid_request', `The request has errors: ${fields}.`, { errors });
}
