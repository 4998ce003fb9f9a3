import { LabIcon } from '@jupyterlab/ui-components';

const svg = (path: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="${path}"/></svg>`;

/** Two speech bubbles: chats, and the extension as a whole. */
export const chatIcon = new LabIcon({
  name: 'jupyter-llmops:chat',
  svgstr: svg(
    'M3 3h13a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H8l-5 4V4a1 1 0 0 1 0-1zm16 5h1a1 1 0 0 1 1 1v12l-4-3h-7a1 1 0 0 1-1-1v-1h9a1 1 0 0 0 1-1z'
  )
});

/** Three sliders: model configurations. */
export const modelsIcon = new LabIcon({
  name: 'jupyter-llmops:models',
  svgstr: svg('M4 6h8V4h3v2h5v2h-5v2h-3V8H4zm0 5h3V9h3v2h10v2H10v2H7v-2H4zm0 5h10v-2h3v2h3v2h-3v2h-3v-2H4z')
});
