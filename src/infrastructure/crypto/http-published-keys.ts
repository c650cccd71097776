import { PublishedKeys, type PublishedKey } from '../../application/access/published-keys';
import { parseKeySet } from './key-set';

const TIME_LIMIT = 2_000;
const LARGEST = 64 * 1_024;

/** A key set at an address. The answer comes from there or not at all: redirects are not followed. */
export class HttpPublishedKeys extends PublishedKeys {
  constructor(
    private readonly url: string,
    private readonly timeLimit = TIME_LIMIT,
  ) {
    super();
  }

  override async fetch(): Promise<readonly PublishedKey[]> {
    return parseKeySet(await this.text());
  }

  private async text(): Promise<string> {
    // The limit holds for the body too: who sends it drop by drop is cut off.
    const signal = AbortSignal.timeout(this.timeLimit);
    const headers = { accept: 'application/jwk-set+json, application/json' };
    try {
      const response = await fetch(this.url, { redirect: 'manual', signal, headers });
      if (response.status === 200) return await bounded(response.body);
      await response.body?.cancel();
      throw new Error(`it answered ${String(response.status)}`);
    } catch (error) {
      throw signal.aborted ? new Error(`it did not answer within ${String(this.timeLimit)} ms`) : plain(error);
    }
  }
}

async function bounded(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > LARGEST) throw new Error(`its answer is longer than ${String(LARGEST)} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What `fetch` throws says nothing; its cause does. */
function plain(error: unknown): Error {
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  if (cause !== undefined) return new Error(`it cannot be reached (${cause.code ?? cause.message})`);
  return error instanceof Error ? error : new Error(String(error));
}
