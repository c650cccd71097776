import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { parse } from 'pg-connection-string';

/** Something that a connection did between two rests, by the texts of its statements. */
type Unit = readonly string[];

/** Loses what PostgreSQL says to a commit. */
interface Loss {
  /** 1 for the next. */
  at: number;
  readonly about: RegExp;
}

/**
 * A way to a PostgreSQL that understands what is said on it. It lets all through, but can lose one answer: that to a
 * commit, of a transaction or of a statement by itself. PostgreSQL has done it then, and who asked cannot know.
 */
export class PostgresWire {
  readonly #sockets = new Set<Socket>();
  #loss: Loss | null = null;
  #lost: Unit | null = null;

  private constructor(
    private readonly server: Server,
    /** For the service. */
    readonly url: string,
    private readonly path: string,
  ) {}

  static async before(databaseUrl: string): Promise<PostgresWire> {
    const { host, port, user, database } = parse(databaseUrl);
    const server = createServer({ noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = String((server.address() as AddressInfo).port);
    const url = `postgresql://${String(user)}@127.0.0.1:${at}/${String(database)}?sslmode=disable`;
    const wire = new PostgresWire(server, url, join(String(host), `.s.PGSQL.${port ?? '5432'}`));
    server.on('connection', (near) => {
      wire.accept(near);
    });
    return wire;
  }

  /** From now on the n-th commit that wrote something loses its answer, once. @param about what stands in one of its statements. */
  loseCommit(at: number, about = /./): void {
    this.#loss = { at, about };
    this.#lost = null;
  }

  /** What was committed and not told; null as long as nothing was. */
  get lost(): Unit | null {
    return this.#lost;
  }

  /** No more is lost. @returns what was. */
  clear(): Unit | null {
    this.#loss = null;
    return this.#lost;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private accept(near: Socket): void {
    const far = connect({ path: this.path });
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined); // 'close' follows
      socket.once('close', () => {
        this.#sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    const asked = new Asked();
    const answers = new Answers();
    near.on('data', (piece) => {
      asked.read(piece);
      far.write(piece);
    });
    far.on('data', (piece) => {
      const whole = answers.read(piece, (committed) => {
        const unit = asked.rest();
        return committed && this.strikes(unit);
      });
      if (whole === null) near.resetAndDestroy();
      else if (whole.length > 0) near.write(whole);
    });
  }

  private strikes(unit: Unit): boolean {
    const loss = this.#loss;
    if (loss === null || !unit.some((text) => WRITES.test(text) && loss.about.test(text))) return false;
    loss.at -= 1;
    if (loss.at > 0) return false;
    this.#loss = null;
    this.#lost = unit;
    return true;
  }
}

const WRITES = /\b(INSERT|UPDATE|DELETE)\b/;

/** Cuts a stream of messages (a letter, a length, a body) into them. */
class Messages {
  #kept: Buffer = Buffer.alloc(0);

  /** @param untyped the first message has no letter. */
  constructor(private untyped: boolean) {}

  *of(piece: Buffer): Generator<{ readonly type: string; readonly body: Buffer; readonly whole: Buffer }> {
    this.#kept = Buffer.concat([this.#kept, piece]);
    for (;;) {
      const letter = this.untyped ? 0 : 1;
      if (this.#kept.length < letter + 4) return;
      const length = letter + this.#kept.readInt32BE(letter);
      if (this.#kept.length < length) return;
      const whole = this.#kept.subarray(0, length);
      this.#kept = this.#kept.subarray(length);
      this.untyped = false;
      yield {
        type: letter === 0 ? '' : String.fromCharCode(Number(whole[0])),
        body: whole.subarray(letter + 4),
        whole,
      };
    }
  }
}

/** The texts of the statements that were asked for since the last rest. */
class Asked {
  readonly #messages = new Messages(true);
  readonly #prepared = new Map<string, string>();
  #texts: string[] = [];

  read(piece: Buffer): void {
    for (const { type, body } of this.#messages.of(piece)) {
      const [first = '', second = ''] = body.toString('utf8').split('\0', 2);
      if (type === 'Q') this.#texts.push(first);
      else if (type === 'P') this.#prepared.set(first, second);
      else if (type === 'B') this.#texts.push(this.#prepared.get(second) ?? '');
    }
  }

  rest(): Unit {
    const texts = this.#texts;
    this.#texts = [];
    return texts;
  }
}

/** Answers are held until PostgreSQL is ready for the next question. */
class Answers {
  readonly #messages = new Messages(false);
  #held: Buffer[] = [];
  #isOpen = false;
  #wrote = false;

  /**
   * @param onRest told at the end of a transaction whether something was committed; answers whether that is lost.
   * @returns what passes; null when the connection is to be broken off.
   */
  read(piece: Buffer, onRest: (committed: boolean) => boolean): Buffer | null {
    const passing: Buffer[] = [];
    for (const { type, body, whole } of this.#messages.of(piece)) {
      this.#held.push(whole);
      const text = body.toString('latin1');
      if (type === 'C' && !/^(BEGIN|COMMIT|ROLLBACK|SET)| 0\0$/.test(text)) this.#wrote = true;
      if (type === 'E' || (type === 'C' && text.startsWith('ROLLBACK'))) this.#wrote = false;
      // Before the first rest there is only the farewell to strangers, which must not wait.
      const rests = type === 'Z' && text === 'I';
      if (rests) {
        if (onRest(this.#wrote)) return null;
        this.#wrote = false;
        this.#isOpen = true;
      }
      if (type === 'Z' || !this.#isOpen) passing.push(...this.#held.splice(0));
    }
    return Buffer.concat(passing);
  }
}
