import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const chinese = '../jupyter_llmops/locale/zh_CN/LC_MESSAGES/jupyter_llmops.json';

export default defineConfig({
  // as in esbuild.config.mjs
  resolve: { alias: { 'llmops-zh-CN': fileURLToPath(new URL(chinese, import.meta.url)) } },
  test: {
    environment: 'jsdom',
    setupFiles: ['./vitest.setup.ts'],
    include: ['src/**/*.spec.ts?(x)'],
    server: { deps: { inline: [/@jupyterlab\//, /@lumino\//, /@jupyter\//, /@microsoft\//] } },
    coverage: {
      include: ['src/**/*.{ts,tsx}'],
      exclude: ['src/**/*.spec.{ts,tsx}', 'src/testing/**'],
      reporter: ['text-summary', 'json-summary']
    }
  }
});
