import type { Boundary, Met } from '../../processes/boundaries';

/**
 * All boundaries in what was met. Left out is what also happens while nobody asks for anything: polling Stripe, and
 * statements that look for work. Those are boundaries when they found some; that they are about to find some is not to be
 * known before they are sent, and nothing has changed by then since the boundary before.
 */
export function boundariesIn(met: readonly Met[], idle: readonly Met[]): Boundary[] {
  return met.flatMap(({ what, calls, effects }) => {
    const polled = idle.find((each) => each.what === what);
    if (polled !== undefined && goesOn(polled)) return [];
    const isSure = polled === undefined && calls === effects;
    const numbers = Array.from({ length: effects }, (_, n) => n + 1);
    return numbers.flatMap((nth): Boundary[] => {
      const after: Boundary = { what, side: 'after', nth };
      return isSure ? [{ what, side: 'before', nth }, after] : [after];
    });
  });
}

/** What is left out, of what was met in idleness. */
export function leftOut(idle: readonly Met[]): string[] {
  return idle.filter(goesOn).map(({ what }) => what);
}

function goesOn({ what, effects }: Met): boolean {
  return what.startsWith('stripe') || effects > 0;
}

export function nameOf({ what, side, nth }: Boundary): string {
  return `${side} ${what}${nth === 1 ? '' : ` (${String(nth)})`}`;
}
