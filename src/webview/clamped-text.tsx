/** Words of a person or a model, as plain text; long ones are cut until asked for. */
import { type ReactNode, useId } from 'react';
import { useOpen } from './panel-hooks.ts';

type ClampedTextProps = {
  /** Where the panel remembers whether all of it is shown. */
  name: string;
  text: string;
  /** What the button is about, e.g. `request`. */
  what: string;
  maxCharacters?: number;
  maxLines?: number;
  className?: string;
};

export function ClampedText(props: ClampedTextProps): ReactNode {
  const { name, text, what, maxCharacters = 140, maxLines = 3 } = props;
  const [open, toggle] = useOpen(name, false);
  const id = useId();
  const long = text.length > maxCharacters || text.split('\n').length > maxLines;
  const className = `words ${props.className ?? ''}`;
  if (!long) return <p className={className}>{text}</p>;
  return (
    <div>
      <p id={id} className={open ? className : `${className} words-clamped`}>
        {text}
      </p>
      <button
        type="button"
        className="link"
        aria-expanded={open}
        aria-controls={id}
        aria-label={open ? `Show less of the ${what}` : `Show all of the ${what}`}
        onClick={toggle}
      >
        {open ? 'Show less' : 'Show all'}
      </button>
    </div>
  );
}
