import {defineConfig} from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Processes, not threads: tests change the working folder, listen to signals and load a native addon.
    pool: 'forks',
    maxWorkers: 2,
    // Generous on purpose: no test asserts time, and a busy machine must not fail one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    // A test cannot read the caller's settings.
    env: {NO_COLOR: '1', TZ: 'UTC'},
  },
});
