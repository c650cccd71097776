import type { Answer } from './running-service';

/** The answers of a flood, and how long each took. */
export class TimedAnswers {
  #taken: { readonly kind: string; readonly milliseconds: number }[] = [];

  async of(asking: Promise<Answer>): Promise<Answer> {
    const since = performance.now();
    const answer = await asking;
    this.#taken.push({ kind: saidBy(answer), milliseconds: Math.round(performance.now() - since) });
    return answer;
  }

  /** For a report, by what was answered: how many, and the fastest and the slowest. Begins anew. */
  rows(): (number | string)[][] {
    const kinds = [...new Set(this.#taken.map(({ kind }) => kind))].toSorted();
    const rows = kinds.map((kind) => {
      const times = this.#taken.filter((one) => one.kind === kind).map(({ milliseconds }) => milliseconds);
      return [kind, times.length, `${String(Math.min(...times))} to ${String(Math.max(...times))} ms`];
    });
    this.#taken = [];
    return rows;
  }
}

/** Such as tells a caller to come again with the same key. */
export function expectComingAgain(answer: Answer): void {
  const { status, headers } = answer;
  expect(saidBy(answer)).toMatch(/^(503 \w+|429 \w+|202 unknown|409 in_progress)$/);
  if (status === 503 || status === 429) expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
}

function saidBy({ status, body }: Answer): string {
  const { code = body.status } = body;
  return typeof code === 'string' ? `${String(status)} ${code}` : String(status);
}
