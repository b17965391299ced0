/** Something that opens: a button that says what, and the content only while it is open. */
import { type ReactNode, useId } from 'react';
import { useOpen } from './panel-hooks.ts';

type DisclosureProps = {
  /** Where the panel remembers whether it is open. */
  name: string;
  summary: ReactNode;
  children: ReactNode;
  openAtFirst?: boolean;
  className?: string;
};

export function Disclosure(props: DisclosureProps): ReactNode {
  const [open, toggle] = useOpen(props.name, props.openAtFirst ?? false);
  const id = useId();
  return (
    <div className={`disclosure ${props.className ?? ''}`}>
      <button
        type="button"
        className="disclosure-button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={toggle}
      >
        <Chevron />
        <span className="disclosure-summary">{props.summary}</span>
      </button>
      {open && (
        <div id={id} className="disclosure-content">
          {props.children}
        </div>
      )}
    </div>
  );
}

export function Chevron(): ReactNode {
  return (
    <svg className="chevron" viewBox="0 0 16 16" aria-hidden="true">
      <path d="m6 4 4 4-4 4" />
    </svg>
  );
}
