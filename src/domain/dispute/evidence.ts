/** Stripe's fields of evidence that take a text. */
export const TEXT_FIELDS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_tracking_number',
  'uncategorized_text',
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/** Those that take a file, one each. */
export const FILE_FIELDS = [
  'cancellation_policy',
  'customer_communication',
  'customer_signature',
  'duplicate_charge_documentation',
  'receipt',
  'refund_policy',
  'service_documentation',
  'shipping_documentation',
  'uncategorized_file',
] as const;
export type FileField = (typeof FILE_FIELDS)[number];

export type EvidenceField = TextField | FileField;

/** Stripe's: characters of one field, and of all. */
export const LONGEST_TEXT = 20_000;
const LONGEST_TEXTS = 150_000;
/** Stripe takes 5 MB in a file, but no more than 4.5 MB in all files of a dispute together. */
const LARGEST_FILES = 4_500_000;

export const MEDIA_TYPES = ['application/pdf', 'image/jpeg', 'image/png'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

const BEGINNINGS: readonly (readonly [MediaType, readonly number[]])[] = [
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
];

/** What a file is tells its beginning, whatever it is called. @returns null for what Stripe does not take as evidence. */
export function mediaTypeOf(bytes: Uint8Array): MediaType | null {
  const known = BEGINNINGS.find(([, beginning]) => beginning.every((byte, at) => bytes[at] === byte));
  return known?.[0] ?? null;
}

export type EvidenceContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly name: string; readonly mediaType: MediaType; readonly bytes: Uint8Array };

/** What is said in one field of Stripe's. */
export interface EvidencePiece {
  readonly id: string;
  readonly disputeId: string;
  readonly field: EvidenceField;
  readonly content: EvidenceContent;
  /** Stripe's `file_…`, once it was uploaded. */
  readonly stripeFile: string | null;
  readonly createdAt: Date;
}

/** How much there is of a piece, without what it says. */
export interface PieceSize {
  readonly field: EvidenceField;
  readonly kind: EvidenceContent['kind'];
  /** Characters of a text, bytes of a file. */
  readonly size: number;
}

/** More than Stripe takes. */
export interface EvidenceTooLarge {
  readonly kind: 'evidence_too_large';
  readonly of: 'texts' | 'files';
  readonly most: number;
  readonly found: number;
}

/** Whether so much can be submitted together. */
export function tooLarge(pieces: readonly PieceSize[]): EvidenceTooLarge | null {
  const sum = (kind: PieceSize['kind']) =>
    pieces.filter((piece) => piece.kind === kind).reduce((all, { size }) => all + size, 0);
  const [texts, files] = [sum('text'), sum('file')];
  if (texts > LONGEST_TEXTS) return { kind: 'evidence_too_large', of: 'texts', most: LONGEST_TEXTS, found: texts };
  if (files > LARGEST_FILES) return { kind: 'evidence_too_large', of: 'files', most: LARGEST_FILES, found: files };
  return null;
}

export function sizeOf(content: EvidenceContent): number {
  return content.kind === 'text' ? content.text.length : content.bytes.length;
}
