import { ApiPropertyOptional } from '@nestjs/swagger';
import type { EvidenceChange } from '../../../application/dispute/save-evidence';
import {
  FILE_FIELDS,
  LONGEST_TEXT,
  mediaTypeOf,
  TEXT_FIELDS,
  type EvidenceField,
} from '../../../domain/dispute/evidence';
import { isStorable, Optional, Rule } from '../rules';

const LONGEST_NAME = 255;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export interface GivenFile {
  readonly name: string;
  /** In base 64. */
  readonly content: string;
}

const NULLABLE_TEXT = { type: 'string', nullable: true, maxLength: LONGEST_TEXT } as const;
const NULLABLE_FILE = {
  type: 'object',
  nullable: true,
  required: ['name', 'content'] as string[],
  additionalProperties: false,
  properties: {
    name: { type: 'string', maxLength: LONGEST_NAME, example: 'receipt.pdf' },
    content: { type: 'string', format: 'byte', description: 'A PDF, JPEG or PNG file in base 64.' },
  },
} as const;

const propertiesOf = <S extends object>(fields: readonly string[], schema: S): Record<string, S> =>
  Object.fromEntries(fields.map((field) => [field, schema]));

/** Fields that are left out stay as they are; null removes. */
export class SaveEvidenceDto {
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: false,
    properties: propertiesOf(TEXT_FIELDS, NULLABLE_TEXT),
    description: "By Stripe's names; 150,000 characters in all.",
  })
  @Optional()
  @Rule('texts', textsReason)
  texts?: Readonly<Record<string, string | null>>;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: false,
    properties: propertiesOf(FILE_FIELDS, NULLABLE_FILE),
    description: "By Stripe's names; 4.5 MB in all.",
  })
  @Optional()
  @Rule('files', filesReason)
  files?: Readonly<Record<string, GivenFile | null>>;
}

/** @param body that keeps the rules above. */
export function changesIn({ texts = {}, files = {} }: SaveEvidenceDto): EvidenceChange[] {
  const said = Object.entries(texts).map(([field, text]): EvidenceChange => [
    field as EvidenceField,
    text === null ? null : { kind: 'text', text },
  ]);
  const shown = Object.entries(files).map(([field, file]): EvidenceChange => [
    field as EvidenceField,
    file === null ? null : contentOf(file),
  ]);
  return [...said, ...shown];
}

function contentOf({ name, content }: GivenFile): NonNullable<EvidenceChange[1]> {
  const bytes = Buffer.from(content, 'base64');
  const mediaType = mediaTypeOf(bytes);
  if (mediaType === null) throw new Error('a file of this kind is refused before');
  return { kind: 'file', name, mediaType, bytes };
}

function textsReason(value: unknown): string | null {
  if (!isRecord(value)) return 'must be an object of texts by field';
  for (const [field, text] of Object.entries(value)) {
    if (!(TEXT_FIELDS as readonly string[]).includes(field)) return `must have only ${TEXT_FIELDS.join(', ')}`;
    if (text !== null && !isText(text, LONGEST_TEXT)) {
      return `must have as ${field} null or a text of 1 to ${String(LONGEST_TEXT)} characters`;
    }
  }
  return null;
}

function filesReason(value: unknown): string | null {
  if (!isRecord(value)) return 'must be an object of files by field';
  for (const [field, file] of Object.entries(value)) {
    if (!(FILE_FIELDS as readonly string[]).includes(field)) return `must have only ${FILE_FIELDS.join(', ')}`;
    const reason = file === null ? null : fileReason(file);
    if (reason !== null) return `must have as ${field} null or a file: ${reason}`;
  }
  return null;
}

function fileReason(file: unknown): string | null {
  if (!isRecord(file) || Object.keys(file).some((name) => name !== 'name' && name !== 'content')) {
    return 'an object with name and content';
  }
  const { name, content } = file;
  // Both end up in the header of an upload.
  if (!isText(name, LONGEST_NAME) || /[\p{Cc}"\\]/u.test(name))
    return `a name of 1 to ${String(LONGEST_NAME)} characters`;
  if (typeof content !== 'string' || content.length % 4 !== 0 || !BASE64.test(content)) return 'its content in base 64';
  const beginning = Buffer.from(content.slice(0, 16), 'base64');
  return mediaTypeOf(beginning) === null ? 'a PDF, JPEG or PNG' : null;
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= longest && isStorable(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
