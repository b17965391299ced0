/** Short facts in one line that wraps between them, not inside one. */
import { Fragment, type ReactNode } from 'react';

/** Each is led in by a dot; what is empty is left out. */
export function Parts({ parts }: { parts: ReadonlyArray<string | undefined> }): ReactNode {
  const shown = parts.filter((part) => part !== undefined && part !== '');
  return shown.map((part) => (
    <Fragment key={part}>
      {' · '}
      <span className="part">{part}</span>
    </Fragment>
  ));
}
