/** What is given on standard input, where the shell keeps no history of it. */
export class Input {
  constructor(private readonly source: AsyncIterable<Uint8Array | string>) {}

  /** The first line, without spaces around it. */
  async line(): Promise<string> {
    let text = '';
    for await (const part of this.source) {
      text += typeof part === 'string' ? part : Buffer.from(part).toString('utf8');
      if (text.includes('\n')) break;
    }
    return (text.split('\n')[0] ?? '').trim();
  }
}
