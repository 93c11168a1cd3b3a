import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Which files the first page needs, for the check of its size.
    manifest: true,
    // The content security policy lets nothing in by data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What everybody loads first, with all that it stands on, as one file: thirty small ones are asked for six at a time.
            { name: 'first', test: /portal\/src\/(main|pages\/restricted-entities\/restricted-entities)\.tsx$/ },
          ],
        },
      },
    },
  },
  // `npm run dev -w cordon-portal` beside a guard on its usual port.
  server: { proxy: { '/api': 'http://127.0.0.1:5711' } },
});
