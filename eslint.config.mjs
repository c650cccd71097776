import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** A function is at most a screen long. */
const screen = { max: 60, skipBlankLines: true, skipComments: true };

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.cashdesk/', 'docs/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Nest's modules are empty classes under a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // A number reads the same in every template.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => server.close()` is clear enough without braces.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `const { secret, ...rest } = row` says what is left out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],

      // A new status or event must be met wherever one is told from another.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: 'error',
      complexity: ['error', 15],
      'max-depth': ['error', 3],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', screen],
    },
  },
  {
    files: ['**/index.ts'],
    rules: {
      'no-restricted-syntax': ['error', { selector: 'Program', message: 'No index.ts: import the file itself.' }],
    },
  },
  {
    // The service logs. What it prints for a person, a composition root writes to process.stdout.
    files: ['src/**'],
    ignores: ['src/infrastructure/stripe-simulator/main.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    // A migration is a list of statements.
    files: ['migrations/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // A fake answers at once where its port is asynchronous, or does nothing at all.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      // What a test takes for granted fails the test when it is not there.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Bodies of answers are compared by their content, which is what such a test is about.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  {
    // A describe block is a function only to the parser.
    files: ['**/*.spec.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
