import { createHash } from 'node:crypto';

const BREAK = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');

interface Part {
  name: string;
  filename: string | null;
  type: string;
  content: Buffer;
}

/**
 * The same parameters as an ordinary form. A file is described, not kept: by its name, type, size and hash, which tell
 * one upload from another.
 */
export function formOfParts(body: Buffer, contentType: string): string {
  const form = new URLSearchParams();
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return '';
  for (const { name, filename, type, content } of partsOf(body, Buffer.from(`--${boundary}`))) {
    if (filename === null) {
      form.append(name, content.toString('utf8'));
      continue;
    }
    form.append(`${name}[filename]`, filename);
    form.append(`${name}[type]`, kindOf(content) ?? type);
    form.append(`${name}[size]`, String(content.length));
    form.append(`${name}[sha256]`, createHash('sha256').update(content).digest('hex'));
  }
  return form.toString();
}

function partsOf(body: Buffer, boundary: Buffer): Part[] {
  const parts: Part[] = [];
  let from = body.indexOf(boundary);
  while (from >= 0) {
    const start = from + boundary.length + BREAK.length;
    const end = body.indexOf(Buffer.concat([BREAK, boundary]), start);
    const part = end < 0 ? null : partIn(body.subarray(start, end));
    if (part !== null) parts.push(part);
    from = end < 0 ? -1 : end + BREAK.length;
  }
  return parts;
}

function partIn(bytes: Buffer): Part | null {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const head = bytes.subarray(0, headEnd).toString('utf8');
  const name = /\bname="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return null;
  return {
    name,
    filename: /\bfilename="([^"]*)"/i.exec(head)?.[1] ?? null,
    type: /^content-type:\s*([^\s;]+)/im.exec(head)?.[1] ?? 'application/octet-stream',
    content: bytes.subarray(headEnd + HEAD_END.length),
  };
}

/** What a file is tells its beginning, whatever it is called. */
const BEGINNINGS: readonly (readonly [type: string, beginning: Buffer])[] = [
  ['application/pdf', Buffer.from('%PDF-')],
  ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
];

function kindOf(content: Buffer): string | null {
  return BEGINNINGS.find(([, beginning]) => content.subarray(0, beginning.length).equals(beginning))?.[0] ?? null;
}
