// the bundler puts the package's own catalogue here (esbuild.config.mjs)
declare module 'llmops-zh-CN' {
  const catalogue: Record<string, unknown>;
  export default catalogue;
}
