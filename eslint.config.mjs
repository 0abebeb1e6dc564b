// Lint rules; the import boundaries of the architecture are enforced here.
import tseslint from 'typescript-eslint';

/** Forbids imports that match `patterns`, saying why. */
const forbid = (...patterns) => ({
  'no-restricted-imports': ['error', { patterns: patterns.map(([regex, message]) => ({ regex, message })) }],
});

const VSCODE = ['^vscode$', 'only src/host and src/extension.ts may import vscode'];
const ORT = ['^onnxruntime-', 'only src/runtime/engineProcess.ts may import onnxruntime'];
const OUTSIDE_CORE = ['(^|/)(runtime|protocol|host|webview)/', 'core imports core alone'];
const HOST = ['(^|/)host/', 'only host imports host'];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'out/', 'media/'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.js'],
    rules: {
      '@typescript-eslint/no-require-imports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      eqeqeq: 'error',
      curly: 'error',
      'no-console': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  { files: ['src/core/**/*.ts'], rules: forbid(VSCODE, ORT, OUTSIDE_CORE) },
  { files: ['src/runtime/**/*.ts'], rules: forbid(VSCODE, ORT, HOST) },
  { files: ['src/runtime/engineProcess.ts'], rules: forbid(VSCODE, HOST) },
  { files: ['src/protocol/**/*.ts'], rules: forbid(VSCODE, ORT, HOST) },
  { files: ['src/host/**/*.ts', 'src/extension.ts'], rules: forbid(ORT) },
  { files: ['src/cli.ts', 'src/commands/**/*.ts'], rules: forbid(VSCODE, ORT, HOST) },
  {
    files: ['webview/**/*.ts'],
    rules: forbid(VSCODE, ORT, HOST, ['(^|/)src/(core|runtime)/', 'webviews see the core through protocol']),
  },
  { files: ['scripts/**', '*.mjs'], rules: { 'no-console': 'off' } },
  // webpack reads its configuration as CommonJS.
  { files: ['webpack.config.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
