import { defineConfig } from 'vite';

/** Where `vite` sends calls while pages are worked on: `pnpm start` in another terminal. */
const api = 'http://127.0.0.1:3000';

export default defineConfig({
  server: { host: '127.0.0.1', proxy: { '/trpc': api, '/dev': api } },
  build: {
    target: 'baseline-widely-available',
    // The policy of the pages takes no data: URL, and every browser of the target preloads by itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
