// `npm run check`: everything that is not a test. Runs two checks at a time, goes on after a failure, and ends
// with what to run to mend what failed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** In the order in which they start, so the longest comes first. `after` names a check that has to succeed before. */
const checks = [
  { name: 'lint', run: ['npm', 'run', '--silent', 'lint'], mend: 'npm run lint -- --fix, then the rest by hand' },
  { name: 'build', run: ['npm', 'run', '--silent', 'build:all'], mend: 'make the build pass: npm run build:all' },
  { name: 'types', run: ['npm', 'run', '--silent', 'types'], mend: 'make the types agree: npm run types' },
  { name: 'format', run: ['npm', 'run', '--silent', 'format:check'], mend: 'npm run format' },
  {
    name: 'boundaries',
    run: ['npm', 'run', '--silent', 'boundaries'],
    mend: 'move the code, or change .dependency-cruiser.cjs with a reason and a planted violation',
  },
  {
    name: 'dead code',
    run: ['npm', 'run', '--silent', 'deadcode'],
    mend: 'remove what nothing uses; npm run deadcode lists it',
  },
  artefact('schema', 'dump-schema'),
  artefact('openapi', 'openapi'),
];

/** A file that a script writes, and which is stale when the script would write it differently. */
function artefact(name, script) {
  return {
    name,
    source: `scripts/${script}.ts`,
    after: 'build',
    run: ['node', `dist/scripts/${script}.js`, '--check'],
    mend: `npm run build:all && node dist/scripts/${script}.js, then commit what it wrote`,
  };
}

function execute([command, ...args]) {
  return new Promise((done) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (chunk) => (output += chunk);
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => done({ passed: false, output: `${output}${error.message}\n` }));
    child.on('close', (code) => done({ passed: code === 0, output }));
  });
}

function print(state, name, remark) {
  process.stdout.write(`${state.padEnd(8)}${name.padEnd(12)}${remark}\n`);
}

async function check({ name, run, source }) {
  if (source && !existsSync(source)) {
    print('skipped', name, `there is no ${source}`);
    return true;
  }
  const start = performance.now();
  const { passed, output } = await execute(run);
  print(passed ? 'ok' : 'FAILED', name, `${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (!passed) process.stdout.write(`\n${output.trimEnd()}\n\n`);
  return passed;
}

const outcomes = new Map();
const waiting = [...checks];
const failed = [];

async function next() {
  while (waiting.length > 0) {
    const one = waiting.shift();
    if ((await outcomes.get(one.after)) === false) {
      print('FAILED', one.name, `not run, because ${one.after} failed`);
      continue;
    }
    const outcome = check(one);
    outcomes.set(one.name, outcome);
    if (!(await outcome)) failed.push(one);
  }
}

await Promise.all([next(), next()]);

if (failed.length > 0) {
  process.stdout.write('\nTo mend:\n');
  for (const { name, mend } of failed) process.stdout.write(`  ${name.padEnd(12)}${mend}\n`);
  process.exitCode = 1;
}
