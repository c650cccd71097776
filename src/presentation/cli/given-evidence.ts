import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { EvidenceChange } from '../../application/dispute/save-evidence';
import { FILE_FIELDS, LONGEST_TEXT, mediaTypeOf, TEXT_FIELDS } from '../../domain/dispute/evidence';
import { oneOf } from './option-values';
import { wrongUsage } from './exit-codes';

/** `product_description=A course of five days.` */
export function fieldIn(text: string): EvidenceChange {
  const [name, said] = pairIn('--field', text);
  return saying(oneOf('--field', name, TEXT_FIELDS), said);
}

/** `receipt=bills/4711.pdf` */
export function fileIn(text: string): EvidenceChange {
  const [name, path] = pairIn('--file', text);
  const field = oneOf('--file', name, FILE_FIELDS);
  const bytes = contentOf(path);
  const mediaType = mediaTypeOf(bytes);
  if (mediaType === null) throw wrongUsage(`${path} is no PDF, JPEG or PNG file.`);
  const fileName = basename(path).replace(/[\p{Cc}"\\]/gu, '_');
  return [field, { kind: 'file', name: fileName, mediaType, bytes }];
}

/** A file with an object of texts by field. */
export function textsIn(path: string): EvidenceChange[] {
  let texts: unknown;
  try {
    texts = JSON.parse(contentOf(path).toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw wrongUsage(`${path} is no JSON.`);
  }
  if (typeof texts !== 'object' || texts === null || Array.isArray(texts)) {
    throw wrongUsage(`${path} must hold an object of texts by field.`);
  }
  return Object.entries(texts).map(([name, said]: [string, unknown]) => {
    if (typeof said !== 'string') throw wrongUsage(`${path} must have a text as ${name}.`);
    return saying(oneOf('--from', name, TEXT_FIELDS), said);
  });
}

function saying(field: (typeof TEXT_FIELDS)[number], text: string): EvidenceChange {
  if (text.length > 0 && text.length <= LONGEST_TEXT && !text.includes('\0')) return [field, { kind: 'text', text }];
  throw wrongUsage(`${field} must have 1 to ${String(LONGEST_TEXT)} characters.`);
}

function pairIn(option: string, text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw wrongUsage(`${option} takes a name and a value: ${option} name=value.`);
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw wrongUsage(`${path} cannot be read.`);
  }
}
