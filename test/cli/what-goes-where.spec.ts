import { failed } from '../../src/presentation/cli/exit-codes';
import { Output } from '../../src/presentation/cli/output';
import { report } from '../../src/presentation/cli/program';

function recorded() {
  const written = { out: '', err: '' };
  const output = new Output({ write: (text) => (written.out += text) }, { write: (text) => (written.err += text) });
  return { output, written };
}

describe('output', () => {
  it('writes results to standard output and problems to standard error', () => {
    const { output, written } = recorded();
    output.text('done');
    output.problem('not done');
    expect(written).toEqual({ out: 'done\n', err: 'not done\n' });
  });

  it('writes a document that programs can read', () => {
    const { output, written } = recorded();
    output.json({ name: 'two\nlines' });
    expect(JSON.parse(written.out)).toEqual({ name: 'two\nlines' });
    expect(written.out.endsWith('}\n')).toBe(true);
  });

  it('says a problem on one line, whatever it says', () => {
    const { output, written } = recorded();
    output.problem('first\n  second \u001b[2J\n');
    expect(written.err).toBe(String.raw`first second \u001b[2J` + '\n');
  });
});

describe('an error', () => {
  it('of ours has its own exit code and words', () => {
    const { output, written } = recorded();
    expect(report(failed('It is closed: open it.'), output)).toBe(1);
    expect(written).toEqual({ out: '', err: 'It is closed: open it.\n' });
  });

  it('that nobody expected is one line as well, without its stack', () => {
    const { output, written } = recorded();
    expect(report(new TypeError('x is\nundefined'), output)).toBe(1);
    expect(written.err).toBe('Something unexpected went wrong: TypeError: x is undefined\n');
  });
});
