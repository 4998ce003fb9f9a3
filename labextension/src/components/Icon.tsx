import * as React from 'react';

/** Line drawings on a 24 × 24 grid, in the colour of the text around them. */
const PATHS = {
  archive: 'M3 4h18v4H3zM5 8v12h14V8M10 12h4',
  arrowDown: 'M12 5v14M6 13l6 6 6-6',
  attach: 'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.4 17a1.7 1.7 0 0 1-2.4-2.4L14.5 7',
  back: 'M19 12H5M11 6l-6 6 6 6',
  chat: 'M4 5h16v11H9l-5 4z',
  check: 'M5 12l5 5 9-10',
  chevronDown: 'M6 9l6 6 6-6',
  chevronLeft: 'M15 6l-6 6 6 6',
  chevronRight: 'M9 6l6 6-6 6',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  edit: 'M4 20l4-1L19 8l-3-3L5 16zM14 7l3 3',
  error: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 8v5M12 16v.5',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  help: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.3-1 .7-1 1.700M12 16.500v.5',
  history: 'M4 12a8 8 0 1 0 3-6M4 4v5h5M12 8v5l3 2',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9v.5',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 8v.5',
  insert: 'M4 5h16M4 19h16M12 8v8M8 12h8',
  keyboard: 'M3 6h18v12H3zM7 10h.5M11 10h.5M15 10h.5M17 10h.5M8 14h8',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.5M4 12h.5M4 18h.5',
  model: 'M12 3l8 4.500v9L12 21l-8-4.500v-9zM12 12l8-4.500M12 12v9M12 12L4 7.500',
  moon: 'M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z',
  more: 'M5.500 11.500v1h-1v-1zM12.500 11.500v1h-1v-1zM19.500 11.500v1h-1v-1z',
  pin: 'M9 4h6l-1 6 4 4H6l4-4zM12 14v6',
  play: 'M8 5v14l11-7z',
  plus: 'M12 5v14M5 12h14',
  rateDown: 'M5 8h14l-7 9z',
  rateUp: 'M12 7l7 9H5z',
  refresh: 'M20 11a8 8 0 1 0-2 6M20 5v6h-6',
  restore: 'M4 12a8 8 0 1 0 3-6M4 4v5h5',
  screen: 'M4 5h16v11H4zM8 20h8M12 16v4',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5',
  select: 'M4 4h16v16H4zM8 12l3 3 5-6',
  send: 'M4 12l16-8-6 16-3-7zM11 13l9-9',
  settings: 'M4 7h10M18 7h2M4 17h4M12 17h8M16 5v4M10 15v4',
  star: 'M12 4l2.500 5.200 5.500.8-4 4 1 5.700-5-2.700-5 2.700 1-5.700-4-4 5.500-.8z',
  stop: 'M7 7h10v10H7z',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 3v2M12 19v2M21 12h-2M5 12H3M18.400 5.600L17 7M7 17l-1.400 1.400M18.400 18.400L17 17M7 7L5.600 5.600',
  thought:
    'M9 18h6M10 21h4M12 3a6 6 0 0 0-4 10.500c1 1 1 1.500 1 2.500h6c0-1 0-1.500 1-2.500A6 6 0 0 0 12 3z',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v6M14 11v6',
  upload: 'M12 16V5M7 9l5-5 5 5M5 20h14',
  warning: 'M12 4l9 16H3zM12 10v4M12 17v.5'
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside words, or inside a button that has a label of its own. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg className="jp-LLMOps-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

interface IconButtonProps {
  icon: IconName;
  label: string;
  onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
  disabled?: boolean;
  pressed?: boolean;
  expanded?: boolean;
}

/** A button that shows a drawing only; its label is read aloud and shown when pointed at. */
export function IconButton({
  icon,
  label,
  onClick,
  disabled,
  pressed,
  expanded
}: IconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      className="jp-LLMOps-iconButton"
      aria-label={label}
      title={label}
      onClick={onClick}
      disabled={disabled}
      aria-pressed={pressed}
      aria-expanded={expanded}
    >
      <Icon name={icon} />
    </button>
  );
}
