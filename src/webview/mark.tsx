/** A status: a small drawing and its word beside it. */
import type { ReactNode } from 'react';
import type { Mark as MarkName, StatusWords } from './words.ts';

const drawings: Record<MarkName, ReactNode> = {
  waiting: <circle cx="8" cy="8" r="5" />,
  active: <path d="M8 3a5 5 0 1 1-5 5" />,
  person: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 5v3.5M8 10.6v.4" />
    </>
  ),
  review: (
    <>
      <path d="M1.8 8S4 4 8 4s6.2 4 6.2 4S12 12 8 12 1.8 8 1.8 8z" />
      <circle cx="8" cy="8" r="1.6" />
    </>
  ),
  partly: (
    <>
      <circle cx="8" cy="8" r="5" />
      <path d="M8 3a5 5 0 0 1 0 10z" fill="currentColor" />
    </>
  ),
  done: <path d="M3 8.5 6.5 12 13 4.5" />,
  failed: <path d="m4 4 8 8M12 4l-8 8" />,
  blocked: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="m4.2 4.2 7.6 7.6" />
    </>
  ),
  stopped: <path d="M3.5 8h9" />,
};

export function Mark({ name }: { name: MarkName }): ReactNode {
  return (
    <svg className={`mark mark-${name}`} viewBox="0 0 16 16" aria-hidden="true">
      {drawings[name]}
    </svg>
  );
}

export function Status({ status }: { status: StatusWords }): ReactNode {
  return (
    <span className={`status status-${status.mark}`}>
      <Mark name={status.mark} />
      <span>{status.words}</span>
    </span>
  );
}
