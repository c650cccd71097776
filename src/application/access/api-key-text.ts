/** What a caller presents: `ck_`, the id without its prefix, and the secret. */
export interface ApiKeyText {
  readonly id: string;
  readonly secret: string;
}

/** A TypeID's 26 characters, and 32 bytes as base64url: the last of 43 characters carries four bits only. */
const SHAPE = /^ck_([0-7][0-9a-hjkmnp-tv-z]{25})_([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/;

export function looksLikeApiKey(bearer: string): boolean {
  return bearer.startsWith('ck_');
}

/** @returns null for everything that this service cannot have made. */
export function parseApiKey(text: string): ApiKeyText | null {
  const [, idPart, secret] = SHAPE.exec(text) ?? [];
  return idPart === undefined || secret === undefined ? null : { id: `key_${idPart}`, secret };
}

export function formatApiKey({ id, secret }: ApiKeyText): string {
  return `ck_${id.slice('key_'.length)}_${secret}`;
}
