import type { IdempotencyScope } from '../../application/shared/idempotency';
import type { Cipher } from '../../application/shared/cipher';

/** Whose answer it is: of its attempt, where it has one. */
export function answerOwner(scope: Pick<IdempotencyScope, 'principal' | 'route' | 'key'>, attemptId: string | null) {
  return attemptId ?? `${scope.principal}/${scope.route}/${scope.key}`;
}

/** A kept answer shows the payment with all that the caller wrote about it: it is sealed, bound to its owner. */
export function sealAnswer(cipher: Cipher, owner: string, outcome: unknown): string {
  return cipher.seal(JSON.stringify(outcome), contextOf(owner));
}

/** @throws SealBroken */
export function openAnswer(cipher: Cipher, owner: string, answer: string): unknown {
  return JSON.parse(cipher.open(answer, contextOf(owner)));
}

function contextOf(owner: string): string {
  return `idempotency_records.answer:${owner}`;
}
