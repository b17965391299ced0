/** A bulleted list of sentences. */
import type { ReactNode } from 'react';
import { withKeys } from './unique-keys.ts';

export function PointList({ points }: { points: readonly string[] }): ReactNode {
  return (
    <ul className="points">
      {withKeys(points, (point) => point).map(({ key, item }) => (
        <li key={key} className="words">
          {item}
        </li>
      ))}
    </ul>
  );
}
