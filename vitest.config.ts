import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    globalSetup: ['test/portal/build.ts'],
    pool: 'forks',
    // A core that waits for Postfix is a core for another file; by itself the runner leaves one idle.
    maxWorkers: '100%',
    // Only what hangs shall end here: nothing is asserted by time, and a machine may be busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
