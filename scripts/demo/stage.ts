/** A promise that was not kept: the demo ends here. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** Prints the journey and counts what was checked. */
export class Stage {
  #steps = 0;
  #checks = 0;

  get checks(): number {
    return this.#checks;
  }

  step(title: string): void {
    this.#steps++;
    this.print(`\n${String(this.#steps)}. ${title}`);
  }

  asked(what: string): void {
    this.print(`   → ${what}`);
  }

  came(what: string): void {
    this.print(`   ← ${what}`);
  }

  note(what: string): void {
    this.print(`     ${what}`);
  }

  /** The mark stands for facts that were compared just now. @param facts each with what it is and what it must be. */
  check(promise: string, facts: Readonly<Record<string, readonly [is: unknown, must: unknown]>>): void {
    const wrong = Object.entries(facts).filter(([, [is, must]]) => JSON.stringify(is) !== JSON.stringify(must));
    if (wrong.length > 0) {
      this.print(`   ✗ ${promise}`);
      for (const [name, [is, must]] of wrong) {
        this.print(`     ${name} is ${JSON.stringify(is)}, and must be ${JSON.stringify(must)}`);
      }
      throw new Broken(promise);
    }
    this.#checks += Object.keys(facts).length;
    this.print(`   ✓ ${promise}`);
  }

  print(line: string): void {
    process.stdout.write(`${line}\n`);
  }
}
