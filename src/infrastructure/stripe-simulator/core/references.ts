/** Of an object that a field holds as its id, or whole. */
export function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'object' && reference !== null ? reference.id : (reference ?? null);
}
