// Fields that somebody else changed meanwhile: whose value stays is chosen one by one.
import { useState } from 'preact/hooks';
import { toYaml } from './document.ts';
import type { FieldConflict } from './three-way.ts';
import { pathText } from './validate.ts';

const valueText = (value: unknown): string => (value === undefined ? '(removed)' : toYaml(value).trimEnd());

export interface ConflictsProps {
  readonly conflicts: readonly FieldConflict[];
  /** Those in which theirs was chosen. */
  readonly onResolved: (theirs: readonly FieldConflict[]) => void;
  readonly onBack: () => void;
  /** Why it did not work. */
  readonly message: string;
}

export function Conflicts({ conflicts, onResolved, onBack, message }: ConflictsProps) {
  const [theirs, setTheirs] = useState<ReadonlySet<FieldConflict>>(new Set());
  const choose = (conflict: FieldConflict, isTheirs: boolean) => {
    const next = new Set(theirs);
    if (isTheirs) next.add(conflict);
    else next.delete(conflict);
    setTheirs(next);
  };
  return (
    <form
      class="yaml-tab"
      onSubmit={(event) => {
        event.preventDefault();
        onResolved([...theirs]);
      }}
    >
      <p class="note warn" role="alert">
        Somebody changed {conflicts.length === 1 ? 'a field' : `${conflicts.length} fields`} that you changed,
        too. Choose what stays.
      </p>
      <div class="conflicts">
        {conflicts.map((conflict) => {
          const path = pathText(conflict.path);
          return (
            <fieldset class="conflict" key={path}>
              <legend>{path}</legend>
              <div class="conflict-choices">
                <label>
                  <input
                    type="radio"
                    name={path}
                    checked={!theirs.has(conflict)}
                    onChange={() => choose(conflict, false)}
                  />
                  <span>Mine</span>
                  <pre>{valueText(conflict.mine)}</pre>
                </label>
                <label>
                  <input
                    type="radio"
                    name={path}
                    checked={theirs.has(conflict)}
                    onChange={() => choose(conflict, true)}
                  />
                  <span>On the server</span>
                  <pre>{valueText(conflict.theirs)}</pre>
                </label>
              </div>
            </fieldset>
          );
        })}
      </div>
      {message && (
        <p class="note bad" role="alert">
          {message}
        </p>
      )}
      <div class="bar">
        <span class="bar-end">
          <button type="button" class="button" onClick={onBack}>
            Back to the editor
          </button>
          <button type="submit" class="button primary">
            Review
          </button>
        </span>
      </div>
    </form>
  );
}
