export function amountReason(value: unknown): string | null {
  if (Number.isSafeInteger(value) && (value as number) > 0) return null;
  return `must be an integer of minor units from 1 to ${String(Number.MAX_SAFE_INTEGER)}, as a JSON number`;
}

export function confirmReason(value: unknown, whole: object): string | null {
  if (typeof value !== 'boolean') return 'must be true or false';
  const { paymentMethod, offSession } = whole as { paymentMethod?: unknown; offSession?: unknown };
  const hasMethod = typeof paymentMethod === 'string' || offSession === true;
  return value && !hasMethod ? 'needs a paymentMethod when it is true, or offSession: true' : null;
}

export function offSessionReason(value: unknown, whole: object): string | null {
  if (typeof value !== 'boolean') return 'must be true or false';
  const { customer, confirm } = whole as { customer?: unknown; confirm?: unknown };
  if (!value) return null;
  if (typeof customer !== 'string') return 'needs a customer when it is true';
  return confirm === true ? null : 'needs confirm: true when it is true';
}

const LONGEST_URL = 2_048;

export function urlReason(value: unknown): string | null {
  const wanted = `must be an http or https address of at most ${String(LONGEST_URL)} characters`;
  if (typeof value !== 'string' || value.length > LONGEST_URL || !/^https?:\/\/[\x21-\x7e]+$/i.test(value))
    return wanted;
  return URL.canParse(value) ? null : wanted;
}
