import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

export interface Change {
  table: string;
  id: string;
  /** Absent: the row was deleted. */
  row?: { id: string };
}

/** How many times as large as what is alive the file may become; then each byte is rewritten once in three at most. */
const BLOAT = 4;

/**
 * One JSON line for each committed change, written before the answer leaves. A process killed while writing leaves a
 * torn last line, which belongs to a change that nobody was told of, so it is left out.
 */
export class ChangeLog {
  private descriptor: number | null = null;
  private size = 0;
  private compactSize = 0;

  /** Below `smallBytes` the file is left to grow: rewriting it is not worth its while. */
  constructor(
    private readonly file: string,
    private readonly smallBytes = 64_000_000,
  ) {
    mkdirSync(dirname(file), { recursive: true });
  }

  /** Most of it is about rows that have been replaced since. */
  get isBloated(): boolean {
    return this.size > Math.max(this.smallBytes, BLOAT * this.compactSize);
  }

  *read(): Generator<Change[]> {
    if (!existsSync(this.file)) return;
    let number = 0;
    for (const { line, complete } of readLines(this.file)) {
      number += 1;
      const changes = parse(line);
      if (changes !== null && complete) yield changes;
      else if (complete) throw new Error(`${this.file}: line ${String(number)} is damaged`);
    }
  }

  /** Replaces the file by what is alive now, and goes on from there. */
  compact(snapshot: Iterable<Change>): void {
    const fresh = `${this.file}.new`;
    try {
      this.compactSize = writeSnapshot(fresh, snapshot);
    } catch (error) {
      rmSync(fresh, { force: true });
      // Or each further change would try anew.
      this.compactSize = this.size;
      throw error;
    }
    this.size = this.compactSize;
    renameSync(fresh, this.file);
    this.close();
    this.descriptor = openSync(this.file, 'a');
  }

  append(changes: readonly Change[]): void {
    if (this.descriptor === null) return;
    try {
      this.size += writeAll(this.descriptor, `${JSON.stringify(changes)}\n`);
    } catch (error) {
      // What was written of it would be taken for a damaged line once another follows.
      ftruncateSync(this.descriptor, this.size);
      throw new DataFileError(`${this.file} cannot be written: ${error instanceof Error ? error.message : ''}`);
    }
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }
}

/** The change was not kept, so it did not happen. */
export class DataFileError extends Error {}

/** Answers how many bytes it were. */
function writeSnapshot(file: string, snapshot: Iterable<Change>): number {
  const descriptor = openSync(file, 'w');
  try {
    let size = 0;
    let chunk = '';
    for (const change of snapshot) {
      chunk += `${JSON.stringify([change])}\n`;
      if (chunk.length > 1_000_000) {
        size += writeAll(descriptor, chunk);
        chunk = '';
      }
    }
    size += writeAll(descriptor, chunk);
    fsyncSync(descriptor);
    return size;
  } finally {
    closeSync(descriptor);
  }
}

/** Line by line: the whole of a long run would not fit into one string. */
function* readLines(file: string): Generator<{ line: string; complete: boolean }> {
  const descriptor = openSync(file, 'r');
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(1_000_000);
  let rest = '';
  for (let size = readSync(descriptor, buffer); size > 0; size = readSync(descriptor, buffer)) {
    const lines = (rest + decoder.write(buffer.subarray(0, size))).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield { line, complete: true };
  }
  closeSync(descriptor);
  if (rest !== '') yield { line: rest, complete: false };
}

function parse(line: string): Change[] | null {
  try {
    return JSON.parse(line) as Change[];
  } catch {
    return null;
  }
}

/** Answers how many bytes it were. */
function writeAll(descriptor: number, text: string): number {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
  return bytes.length;
}
