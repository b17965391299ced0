/** A button that stays reachable by keyboard while it cannot be used, so that its reason can be read. */
import type { ReactNode } from 'react';

export type ButtonProps = {
  children: ReactNode;
  onPress: () => void;
  kind?: 'primary' | 'secondary' | 'quiet';
  /** The accessible name where the visible word alone is not enough; it begins with that word. */
  label?: string;
  /** The id of the text that says more, e.g. why it cannot be used. */
  describedBy?: string | undefined;
  unavailable?: boolean;
  /** Set where the button opens and closes something. */
  expanded?: boolean;
  title?: string | undefined;
};

export function Button(props: ButtonProps): ReactNode {
  const { children, onPress, kind = 'secondary', unavailable = false } = props;
  return (
    <button
      type="button"
      className={`button button-${kind}`}
      aria-label={props.label}
      aria-describedby={props.describedBy}
      aria-expanded={props.expanded}
      aria-disabled={unavailable || undefined}
      title={props.title}
      onClick={unavailable ? undefined : onPress}
    >
      {children}
    </button>
  );
}
