import * as React from 'react';

/** Take the focus once the element is there; `autoFocus` means different things in React and Preact. */
export function useFocusOnMount<Element extends HTMLElement>(wanted = true): React.RefObject<Element> {
  const element = React.useRef<Element>(null);
  React.useEffect(() => {
    if (wanted) {
      element.current?.focus();
    }
  }, [wanted]);
  return element;
}
