import { defineConfig } from 'vitest/config';

/** `npm run test:conformance`: real programs in real seconds, so not a part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/conformance/*.conformance.ts'],
    testTimeout: 60_000,
    hookTimeout: 90_000,
    // Timed scripts: another file's load would move their notifications.
    fileParallelism: false,
  },
});
