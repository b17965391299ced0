/** Keeps the keyboard's place when what had the focus goes away. */
import { type RefObject, useLayoutEffect, useRef } from 'react';

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

/** A card that took the place of the one that went, else the panel's heading. */
function focusAfter(sibling: Element | null): void {
  if (document.activeElement !== document.body) return;
  const button = sibling?.matches('.card') ? sibling.querySelector('button') : null;
  const target = button ?? document.getElementById(restingPlaceId);
  target?.focus();
}
