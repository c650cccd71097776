export interface Instruction {
  readonly keyword: string;
  /** What follows `--`, such as `from=build`, by its name. */
  readonly flags: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** The stages in their order; a stage without a name has its number. Only what this project's Dockerfile uses. */
export function parseDockerfile(text: string): Stage[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n');
  const instructions = lines.filter((line) => line.trim() !== '').map(instructionOf);
  const starts = instructions.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []));
  return starts.map((start, number) => {
    const [base = '', as, name] = words(instructions[start]!);
    return {
      base,
      name: as?.toUpperCase() === 'AS' && name !== undefined ? name : String(number),
      instructions: instructions.slice(start + 1, starts[number + 1]),
    };
  });
}

function instructionOf(line: string): Instruction {
  const [, keyword = '', flags = '', text = ''] = /^(\w+)((?:\s+--\S+)*)\s+(.*)$/.exec(line) ?? [];
  if (keyword === '') throw new Error(`the Dockerfile has a line that is no instruction: ${line}`);
  const named = [...flags.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value] as const);
  return { keyword: keyword.toUpperCase(), flags: Object.fromEntries(named), text: text.trim() };
}

export function words({ text }: Instruction): string[] {
  return text.split(/\s+/);
}

export function all(stage: Stage, keyword: string): Instruction[] {
  return stage.instructions.filter((instruction) => instruction.keyword === keyword);
}

/** The last of a kind, which is the one that counts. */
export function last(stage: Stage, keyword: string): Instruction {
  const found = all(stage, keyword).at(-1);
  if (found === undefined) throw new Error(`the Dockerfile's stage ${stage.name} has no ${keyword}`);
  return found;
}

/** An instruction without a shell: `["node", "main.js"]`. @throws when it is none. */
export function execForm({ text }: Instruction): string[] {
  return JSON.parse(text.replace(/^CMD\s+/, '')) as string[];
}

export function environmentOf(stage: Stage): Record<string, string> {
  const pairs = all(stage, 'ENV').flatMap(words);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** Whether a file of the project gets to the builder: patterns of top-level names, and the last that matches wins. */
export function contextFilter(dockerignore: string): (path: string) => boolean {
  const patterns = dockerignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const unknown = patterns.find((pattern) => !/^(\*|!?[\w.-]+)$/.test(pattern));
  if (unknown !== undefined) throw new Error(`.dockerignore has ${unknown}, which contextFilter cannot read`);
  return (path) => {
    const [top = ''] = path.split('/');
    const matching = patterns.filter((pattern) => pattern === '*' || pattern.replace(/^!/, '') === top);
    return matching.at(-1)?.startsWith('!') ?? true;
  };
}
