import * as React from 'react';

/** Line icons of the models panel and the shell, drawn on a 24 px grid in the colour of the text. */
const PATHS = {
  add: 'M12 5v14M5 12h14',
  back: 'M19 12H5m6-6-6 6 6 6',
  chat: 'M4 5h16v11H9l-5 4z',
  check: 'm5 13 4 4L19 7',
  close: 'M6 6l12 12M18 6 6 18',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  down: 'm6 9 6 6 6-6',
  edit: 'M4 20h4L19 9l-4-4L4 16z',
  gear: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zm0-6v3m0 12v3m9-9h-3M6 12H3m15.4-6.4-2.2 2.2M7.8 16.2l-2.2 2.2m12.8 0-2.2-2.2M7.8 7.8 5.6 5.6',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-9 9h18M12 3c3 3 3 15 0 18-3-3-3-15 0-18z',
  help: 'M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4m0 3.5v.1',
  history: 'M4 12a8 8 0 1 0 3-6.2L4 8m0-4v4h4m4 0v4l3 2',
  model: 'M12 3 4 7.5v9L12 21l8-4.5v-9zm0 9 8-4.5M12 12v9M12 12 4 7.5',
  moon: 'M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z',
  refresh: 'M20 12a8 8 0 1 1-2.3-5.7L20 8m0-4v4h-4',
  search: 'M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zm4.5 10.5L20 20',
  star: 'm12 4 2.5 5.2 5.5.8-4 4 1 5.7-5-2.7-5 2.7 1-5.7-4-4 5.5-.8z',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm0-5v2m0 14v2m9-9h-2M5 12H3m15.4-6.4L17 7M7 17l-1.4 1.4m12.8 0L17 17M7 7 5.6 5.6',
  screen: 'M4 5h16v11H4zm4 15h8m-4-4v4',
  test: 'M8 5v14l11-7z',
  trash: 'M5 7h14M10 7V4h4v3m-7 0 1 13h8l1-13',
  warning: 'M12 4 2.5 20h19zm0 6v5m0 2.5v.1'
} as const;

export type IconName = keyof typeof PATHS;

/** Draw an icon; it is decoration, its button carries the name. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg
      className="jp-LLMOps-icon"
      viewBox="0 0 24 24"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
