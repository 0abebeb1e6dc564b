// Test projects: `unit` needs Node alone, `vscode` drives a real VS Code in the browser, `desktop` one on the desktop.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'vscode',
          include: ['test/vscode/**/*.test.ts'],
          globalSetup: 'test/vscode/setup.ts',
          testTimeout: 300_000,
          // A window on two busy cores loses a key or a click now and then; what is broken fails twice.
          retry: 1,
          hookTimeout: 600_000,
          fileParallelism: false,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'desktop',
          include: ['test/desktop/**/*.test.ts'],
          testTimeout: 900_000,
          pool: 'forks',
        },
      },
    ],
  },
});
