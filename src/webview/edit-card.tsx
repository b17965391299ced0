/** One task or agent that is edited: folded to its name, with what is wrong with it counted there. */
import { type ReactNode, useMemo } from 'react';
import type { PlanProblem } from '../shared/plan-edit.ts';
import { Button } from './button.tsx';
import { Disclosure } from './disclosure.tsx';
import { type FieldOwner, FieldOwnerContext } from './fields.tsx';
import { count } from './words.ts';

type EditCardProps = {
  prefix: string;
  /** What stands in the list while it is folded. */
  name: string;
  /** `task` or `agent`. */
  kind: string;
  problems: readonly PlanProblem[];
  onRemove: () => void;
  children: ReactNode;
};

export function EditCard(props: EditCardProps): ReactNode {
  const { prefix, name, kind, problems, onRemove, children } = props;
  const owner = useMemo<FieldOwner>(() => ({ prefix, problems }), [prefix, problems]);
  const unplaced = problems.filter((each) => each.field === undefined);
  return (
    <li id={prefix} className="card edit-card" tabIndex={-1}>
      <Disclosure
        name={prefix}
        summary={
          <>
            <span className="task-title">{name}</span>
            {problems.length > 0 && (
              <span className="field-problem">{count(problems.length, 'problem')}</span>
            )}
          </>
        }
      >
        <fieldset className="fields">
          <legend className="hidden-words">Edit {name}</legend>
          {unplaced.map((each) => (
            <p key={each.message} className="field-problem words">
              {each.message}
            </p>
          ))}
          <FieldOwnerContext value={owner}>{children}</FieldOwnerContext>
          <div className="actions">
            <Button label={`Remove ${name}`} onPress={onRemove}>
              Remove {kind}
            </Button>
          </div>
        </fieldset>
      </Disclosure>
    </li>
  );
}
