import type Stripe from 'stripe';
import { invalidRequest, resourceMissing } from '../core/errors';
import type { Context } from '../core/context';
import { newId } from '../core/ids';
import { listOf, listShape } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { integer, object, oneOf, text, unsupported, type Values } from '../core/schema';

const URL = '/v1/files';
const MAX_BYTES = 5_000_000;
/** Evidence is kept for nine months. */
const KEPT_SECONDS = 274 * 86_400;

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
};

/** What is left of an uploaded file once its parts are read. */
const uploadShape = { filename: text(), sha256: text(), size: integer(), type: text() };
type Upload = Values<typeof uploadShape, keyof typeof uploadShape>;

function checkUpload({ size, type }: Upload): string {
  const extension = EXTENSIONS[type];
  if (extension === undefined) {
    throw invalidRequest('Invalid file type: evidence has to be a PDF, JPEG or PNG file.', { param: 'file' });
  }
  if (size === 0) throw invalidRequest('The file is empty.', { param: 'file' });
  if (size > MAX_BYTES) throw invalidRequest('The file is too large: evidence may have 5 MB.', { param: 'file' });
  return extension;
}

function newFile(ctx: Context, upload: Upload, type: string): Stripe.File {
  const id = newId('file');
  const created = ctx.clock.now();
  const file: Stripe.File = {
    id,
    object: 'file',
    created,
    expires_at: created + KEPT_SECONDS,
    filename: upload.filename,
    links: { object: 'list', data: [], has_more: false, url: `/v1/file_links?file=${id}` },
    purpose: 'dispute_evidence',
    size: upload.size,
    title: null,
    type,
    url: `https://files.stripe.com/v1/files/${id}/contents`,
  };
  ctx.tx.put('files', file);
  return file;
}

export const fileRoutes: readonly Route[] = [
  route('POST', URL, {
    shape: {
      file: object(uploadShape, ['filename', 'sha256', 'size', 'type']),
      file_link_data: unsupported,
      purpose: oneOf('dispute_evidence'),
    },
    required: ['file', 'purpose'],
    check(params) {
      checkUpload(params.file);
    },
    handle: (ctx, { file }) => ok(newFile(ctx, file, checkUpload(file))),
  }),
  route('GET', URL, {
    shape: { ...listShape, purpose: text() },
    handle(ctx, params) {
      const matches = (row: Stripe.File): boolean => params.purpose === undefined || row.purpose === params.purpose;
      return ok(listOf(ctx, 'files', params, { url: URL, matches }));
    },
  }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle(ctx, _params, { id = '' }) {
      const found = ctx.tx.get('files', id);
      if (found === undefined) throw resourceMissing('file upload', id, 'file');
      return ok(found);
    },
  }),
];
