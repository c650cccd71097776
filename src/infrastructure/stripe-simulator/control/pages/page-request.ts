import { ApiError } from '../../core/errors';

/** What a page or a form is asked with. */
export interface PageRequest {
  values: Readonly<Record<string, string>>;
  query: URLSearchParams;
  form: URLSearchParams;
}

export function notFound(kind: string, id: string): ApiError {
  return new ApiError(404, { type: 'invalid_request_error', message: `There is no ${kind} '${id}' here.` });
}
