/** Where on the web page we are. Every place has a URL; the browser's back button works. */

import { FormPlace } from './ModelsRoom';
import { Observable } from './Observable';

export type PagePlace =
  { view: 'chats'; id: number | null } | { view: 'models'; id: FormPlace } | { view: 'settings' };

export type PageView = PagePlace['view'];

/** Read a path below the page's base; what is unknown is the chats. */
export function placeOf(path: string): PagePlace {
  const [view, id = ''] = path.split('/').filter(Boolean);
  if (view === 'models') {
    return { view, id: id === 'new' ? 'new' : idOf(id) };
  }
  return view === 'settings' ? { view } : { view: 'chats', id: idOf(id) };
}

/** Write the path of a place, starting with a slash. */
export function pathOf(place: PagePlace): string {
  const id = 'id' in place ? place.id : null;
  return id === null ? `/${place.view}` : `/${place.view}/${id}`;
}

function idOf(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The parts of `window` that history needs. */
export type HistoryWindow = Pick<Window, 'location' | 'history' | 'addEventListener' | 'removeEventListener'>;

export class PlaceStore extends Observable<{ place: PagePlace }> {
  /** `base` is the path of the page without its last slash. */
  constructor(
    private readonly base: string,
    private readonly host: HistoryWindow = window
  ) {
    super({ place: placeOf(pathBelow(base, host.location.pathname)) });
    host.addEventListener('popstate', this.onPopState);
  }

  /** Go to a place; `replace` leaves no step in the history. */
  go(place: PagePlace, replace = false): void {
    const url = this.base + pathOf(place);
    if (replace) {
      this.host.history.replaceState(null, '', url);
    } else if (url !== this.host.location.pathname) {
      this.host.history.pushState(null, '', url);
    }
    this.patch({ place });
  }

  /** The URL of a place, for links that can be opened in a new tab. */
  urlOf(place: PagePlace): string {
    return this.base + pathOf(place);
  }

  dispose(): void {
    this.host.removeEventListener('popstate', this.onPopState);
  }

  private readonly onPopState = (): void => {
    this.patch({ place: placeOf(pathBelow(this.base, this.host.location.pathname)) });
  };
}

function pathBelow(base: string, path: string): string {
  return path.startsWith(base) ? path.slice(base.length) : '';
}
