/** A named part of the panel, with its heading; it hands the focus on when it goes away. */
import { type ReactNode, useId } from 'react';
import { Chevron } from './disclosure.tsx';
import { useFocusHandedOn } from './focus.ts';
import { useOpen } from './panel-hooks.ts';

type RegionProps = {
  name: string;
  /** Beside the heading, e.g. a count. */
  aside?: ReactNode;
  children: ReactNode;
  /** Draws the eye: the person is asked for something here. */
  asks?: boolean;
};

export function Region({ name, aside, children, asks = false }: RegionProps): ReactNode {
  const ref = useFocusHandedOn();
  return (
    <section ref={ref} className={`region ${asks ? 'region-asks' : ''}`} aria-label={name}>
      <div className="region-heading">
        <h2>{name}</h2>
        {aside !== undefined && <span className="region-aside">{aside}</span>}
      </div>
      <div className="region-body">{children}</div>
    </section>
  );
}

type FoldingRegionProps = RegionProps & {
  /** Where the panel remembers whether it is open. */
  memory: string;
  openAtFirst: boolean;
};

export function FoldingRegion(props: FoldingRegionProps): ReactNode {
  const { name, aside, children, memory, openAtFirst } = props;
  const [open, toggle] = useOpen(memory, openAtFirst);
  const ref = useFocusHandedOn();
  const id = useId();
  return (
    <section ref={ref} className="region" aria-label={name}>
      <h2 className="region-heading">
        <button
          type="button"
          className="region-button"
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={toggle}
        >
          <Chevron />
          <span>{name}</span>
          {aside !== undefined && <span className="region-aside">{aside}</span>}
        </button>
      </h2>
      {open && (
        <div id={id} className="region-body">
          {children}
        </div>
      )}
    </section>
  );
}
