/** Turns a region into fields. */
import type { ReactNode } from 'react';
import { Button } from './button.tsx';

export function EditButton({ label, onPress }: { label: string; onPress: () => void }): ReactNode {
  return (
    <div className="edit-begin">
      <Button kind="quiet" label={label} onPress={onPress}>
        Edit
      </Button>
    </div>
  );
}
