/**
 * Bundles the two hosts that JupyterLab does not build: the notebook widget (one ES module, anywidget cannot load
 * a second file) and the web page (split, so that KaTeX and Mermaid arrive only when a message needs them).
 */
import * as esbuild from 'esbuild';
import { existsSync } from 'node:fs';

const outdir = process.env.OUT ?? '../jupyter_llmops/static';
const watch = process.argv.includes('--watch');

const shared = {
  bundle: true,
  format: 'esm',
  minify: !watch,
  sourcemap: watch ? 'linked' : false,
  target: 'es2021',
  metafile: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  alias: {
    'llmops-zh-CN': '../jupyter_llmops/locale/zh_CN/LC_MESSAGES/jupyter_llmops.json',
    react: 'preact/compat',
    'react-dom/client': 'preact/compat/client',
    'react-dom': 'preact/compat'
  },
  jsx: 'transform',
  loader: { '.woff2': 'empty', '.woff': 'empty', '.ttf': 'empty', '.svg': 'text' },
  outdir
};

const widget = {
  ...shared,
  entryPoints: { 'chat-widget': 'src/widget/chat.tsx', widget: 'style/widget.css' }
};
const page = {
  ...shared,
  entryPoints: { page: 'src/page/main.tsx', 'page-style': 'style/page.css' },
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true
};

function sourcesExist(job) {
  return Object.values(job.entryPoints).every(path => existsSync(path));
}

for (const job of [widget, page].filter(sourcesExist)) {
  if (watch) {
    await (await esbuild.context(job)).watch();
    continue;
  }
  const result = await esbuild.build(job);
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    if (Object.values(job.entryPoints).includes(output.entryPoint)) {
      console.log(`${file} ${(output.bytes / 1000).toFixed(1)} kB`);
    }
  }
}
