import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const api = process.env['HEDDLE_API'] ?? 'http://127.0.0.1:8700';
/** While the app is worked on, so that nobody has to sign in after each reload. */
const token = process.env['HEDDLE_TOKEN'];

/** `npm run build:web` and `npm start` build with this; `npx vite web` serves it with hot reload beside a running stack. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // The API puts a fresh nonce in its place for each request: CodeMirror and Radix add styles under it.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    ...{ outDir: 'dist', emptyOutDir: true, target: 'es2023', sourcemap: true, assetsInlineLimit: 0 },
    chunkSizeWarningLimit: 2000, // ELK is large by nature and loaded in its own worker
    rolldownOptions: {
      // Of libraries that are made for servers, too: it says nothing about us.
      onLog: (level, log, handle) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : handle(level, log)),
    },
  },
  worker: { format: 'es' },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: api, ws: true, ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}) } },
  },
});
