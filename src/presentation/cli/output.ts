import { visible } from './table';

export interface Sink {
  write(text: string): unknown;
}

/** Results go to standard output, and what went wrong to standard error. Nothing is coloured. */
export class Output {
  #concerned: string | null = null;

  constructor(
    private readonly out: Sink,
    private readonly err: Sink,
  ) {}

  /** The id of what the command made, for the audit trail. */
  get concerned(): string | null {
    return this.#concerned;
  }

  concerns(id: string): void {
    this.#concerned = id;
  }

  /** For people. */
  text(text: string): void {
    this.out.write(`${text}\n`);
  }

  /** For programs: the one document of the command. */
  json(document: unknown): void {
    this.out.write(`${JSON.stringify(document, null, 2)}\n`);
  }

  /** On one line, whatever it says. */
  problem(message: string): void {
    this.err.write(`${visible(message.trim().replace(/\s*\n\s*/g, ' '))}\n`);
  }

  /** How far long work has come: beside the results, not among them. */
  progress(message: string): void {
    this.problem(message);
  }

  /** As it is: help texts. */
  rawOut(text: string): void {
    this.out.write(text);
  }

  rawErr(text: string): void {
    this.err.write(text);
  }
}
