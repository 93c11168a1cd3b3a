// What lies over the page takes the focus; when it goes, the focus belongs where it came from.
import { useLayoutEffect } from 'react';

/** While `isOpen` something over the page has the focus; after that (also by being unmounted) it is where it was before, if that is still there. */
export function useFocusBack(isOpen: boolean): void {
  // Before anything that opens takes the focus: that is done in effects, which come after those of the layout.
  useLayoutEffect(() => {
    if (!isOpen) return;
    const before = document.activeElement;
    return () => {
      // Once it has gone from the page; something else may have opened in its place.
      requestAnimationFrame(() => {
        if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
      });
    };
  }, [isOpen]);
}
