/** Fields of a form: each with its label, and what is wrong with it beside it. */
import { createContext, type ReactNode, useContext } from 'react';
import type { PlanProblem } from '../shared/plan-edit.ts';
import { fieldId } from './field-id.ts';

/** What the fields are of: ids begin with `prefix`, and problems are looked up by field. */
export type FieldOwner = { prefix: string; problems: readonly PlanProblem[] };

export const FieldOwnerContext = createContext<FieldOwner>({ prefix: '', problems: [] });

type FieldProps = { field: string; label: string; hint?: string };
type ValueProps<Value> = FieldProps & { value: Value; onChange: (value: Value) => void };

/** The fields of a draft by name, each to be spread into its control: what it holds and how it changes. */
export function fieldsOf<Draft>(
  draft: Draft,
  change: <Name extends keyof Draft & string>(field: Name, value: Draft[Name]) => void,
) {
  return <Name extends keyof Draft & string>(field: Name) => ({
    field,
    value: draft[field],
    onChange: (value: Draft[Name]) => change(field, value),
  });
}

function useField({ field, hint }: Pick<FieldProps, 'field' | 'hint'>) {
  const { prefix, problems } = useContext(FieldOwnerContext);
  const id = fieldId(prefix, field);
  const wrong = problems.filter((each) => each.field === field).map((each) => each.message);
  const describedBy = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(wrong.length > 0 ? [`${id}-problem`] : []),
  ].join(' ');
  return {
    id,
    wrong,
    control: {
      id,
      'aria-invalid': wrong.length > 0 || undefined,
      'aria-describedby': describedBy || undefined,
    },
  };
}

type FrameProps = { id: string; wrong: readonly string[]; hint: string | undefined };

function Notes({ id, wrong, hint }: FrameProps): ReactNode {
  return (
    <>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      {wrong.length > 0 && (
        <p id={`${id}-problem`} className="field-problem words">
          {wrong.join('\n')}
        </p>
      )}
    </>
  );
}

export function TextField(props: ValueProps<string> & { rows?: number }): ReactNode {
  const { label, hint, value, onChange, rows } = props;
  const { id, wrong, control } = useField(props);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {rows === undefined ? (
        <input
          {...control}
          type="text"
          className="input"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <textarea
          {...control}
          className="input"
          rows={rows}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      <Notes id={id} wrong={wrong} hint={hint} />
    </div>
  );
}

type LinesProps = FieldProps & { value: readonly string[]; onChange: (lines: string[]) => void };

/** A list, one entry a line. */
export function LinesField(props: LinesProps): ReactNode {
  const { value, onChange, label, ...rest } = props;
  return (
    <TextField
      {...rest}
      label={`${label}, one a line`}
      rows={2}
      value={value.join('\n')}
      onChange={(text) => onChange(text === '' ? [] : text.split('\n'))}
    />
  );
}

export type Choice<Value extends string> = { value: Value; label: string };

type ChoiceProps<Value extends string> = ValueProps<Value> & { choices: readonly Choice<Value>[] };

export function SelectField<Value extends string>(props: ChoiceProps<Value>): ReactNode {
  const { label, hint, value, choices, onChange } = props;
  const { id, wrong, control } = useField(props);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        {...control}
        className="input"
        value={value}
        onChange={(event) => {
          const chosen = choices.find((each) => each.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
      >
        {choices.map((each) => (
          <option key={each.value} value={each.value}>
            {each.label}
          </option>
        ))}
      </select>
      <Notes id={id} wrong={wrong} hint={hint} />
    </div>
  );
}

type ChecksProps<Value extends string> = FieldProps & {
  value: readonly Value[];
  choices: readonly Choice<Value>[];
  onChange: (value: Value[]) => void;
};

/** Any number of some; in the order of the choices. */
export function ChecksField<Value extends string>(props: ChecksProps<Value>): ReactNode {
  const { label, hint, value, choices, onChange } = props;
  const { id, wrong, control } = useField(props);
  return (
    <fieldset {...control} className="field" tabIndex={-1}>
      <legend>{label}</legend>
      {choices.length === 0 && <p className="hint">None to choose from.</p>}
      {choices.map((each) => (
        <label key={each.value} className="option">
          <input
            type="checkbox"
            checked={value.includes(each.value)}
            onChange={(event) => {
              const { checked } = event.target;
              const isChosen = (one: Value) => (one === each.value ? checked : value.includes(one));
              onChange(choices.map((one) => one.value).filter(isChosen));
            }}
          />
          <span>{each.label}</span>
        </label>
      ))}
      <Notes id={id} wrong={wrong} hint={hint} />
    </fieldset>
  );
}
