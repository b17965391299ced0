/** Keeps the keyboard's place when what had the focus goes away. */
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';

/** The heading that takes the focus: it says what the panel shows now. */
export const restingPlaceId = 'resting-place';

export function useFocusHandedOn(): RefObject<HTMLElement | null> {
  const ref = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    return () => {
      if (!element?.contains(document.activeElement)) return;
      const next = element.nextElementSibling ?? element.previousElementSibling;
      queueMicrotask(() => focusAfter(next));
    };
  }, []);
  return ref;
}

/** Puts the focus on the first of these elements, once what was just opened is drawn. */
export function focusWhenThere(ids: readonly string[]): void {
  requestAnimationFrame(() => {
    for (const id of ids) {
      const element = document.getElementById(id);
      if (!element) continue;
      element.focus();
      element.scrollIntoView({ block: 'center' });
      return;
    }
  });
}

/** A card that took the place of the one that went, else the panel's heading. */
function focusAfter(sibling: Element | null): void {
  if (document.activeElement !== document.body) return;
  const button = sibling?.matches('.card') ? sibling.querySelector('button') : null;
  const target = button ?? document.getElementById(restingPlaceId);
  target?.focus();
}

/** Whoever pressed a button that goes away is not left without a place, nor put on another button. */
export function useRestWhenDone(): void {
  useEffect(() => () => queueMicrotask(restIfLost), []);
}

function restIfLost(): void {
  if (document.activeElement !== document.body) return;
  document.getElementById(restingPlaceId)?.focus({ preventScroll: true });
}
