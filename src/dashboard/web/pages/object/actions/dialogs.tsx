// Dialogs of the actions that need a choice or a confirmation.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { systemClock } from '../../../../../kit/clock.ts';
import { Dialog } from '../../../pieces/dialog.tsx';
import { toast } from '../../../pieces/toast.tsx';
import { isWorthTyping, manualJobName, type Propagation } from './changes.ts';
import { evict, remove, runNow, scale, type Target } from './perform.ts';

export interface DialogProps {
  readonly target: Target;
  readonly onClose: () => void;
}

interface FormProps {
  readonly title: string;
  readonly action: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** What it does, and what a toast says then. */
  readonly work: () => Promise<unknown>;
  readonly done: string;
  readonly onClose: () => void;
  readonly children?: ComponentChildren;
}

/** Stays open, with the words of the API, when it is refused. */
export function ActionForm({ title, action, danger, disabled, work, done, onClose, children }: FormProps) {
  const [problem, setProblem] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setIsBusy(true);
    setProblem('');
    try {
      await work();
      toast(done);
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setIsBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="action-form" onSubmit={(event) => void submit(event)}>
        {children}
        {problem && (
          <p class="note bad" role="alert">
            {problem}
          </p>
        )}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            class={danger ? 'button danger' : 'button primary'}
            disabled={isBusy || disabled === true}
          >
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const MOST_REPLICAS = 2_147_483_647;

export function ScaleDialog({ target, onClose }: DialogProps) {
  const now = typeof target.object.spec?.replicas === 'number' ? target.object.spec.replicas : 1;
  const [text, setText] = useState(String(now));
  const replicas = Number(text);
  const isValid = /^\d{1,10}$/.test(text) && replicas <= MOST_REPLICAS;
  const step = (by: number) => setText(String(Math.max(0, (isValid ? replicas : now) + by)));
  return (
    <ActionForm
      title={`Scale ${target.name}`}
      action="Scale"
      disabled={!isValid || replicas === now}
      work={() => scale(target, replicas)}
      done={`${target.name} is scaled to ${replicas}`}
      onClose={onClose}
    >
      <div class="form-row">
        <label for="replicas">Replicas</label>
        <span class="stepper">
          <button type="button" class="button" aria-label="One less" onClick={() => step(-1)}>
            −
          </button>
          <input
            class="field"
            id="replicas"
            inputMode="numeric"
            value={text}
            autofocus
            onInput={(event) => setText(event.currentTarget.value.trim())}
          />
          <button type="button" class="button" aria-label="One more" onClick={() => step(1)}>
            +
          </button>
        </span>
      </div>
      <p class="dim">Now {now}.</p>
    </ActionForm>
  );
}

export function TriggerDialog({ target, onClose }: DialogProps) {
  const [name, setName] = useState(() => manualJobName(target.name, systemClock.now()));
  return (
    <ActionForm
      title={`Run ${target.name} now`}
      action="Run"
      disabled={name === ''}
      work={() => runNow(target, name)}
      done={`Job ${name} is created`}
      onClose={onClose}
    >
      <label class="form-row">
        <span>Name of the Job</span>
        <input
          class="field"
          value={name}
          autofocus
          onInput={(event) => setName(event.currentTarget.value.trim())}
        />
      </label>
    </ActionForm>
  );
}

export const EvictDialog = ({ target, onClose }: DialogProps) => (
  <ActionForm
    title={`Evict ${target.name}?`}
    action="Evict"
    danger
    work={() => evict(target)}
    done={`${target.name} is evicted`}
    onClose={onClose}
  >
    <p class="dialog-text">
      The pod ends as its grace period allows. Disruption budgets are respected: the API refuses when too few
      pods would be left.
    </p>
  </ActionForm>
);

const PROPAGATIONS: readonly {
  readonly value: Propagation;
  readonly title: string;
  readonly text: string;
}[] = [
  { value: 'Background', title: 'Background', text: 'The object goes at once, what it owns soon after.' },
  { value: 'Foreground', title: 'Foreground', text: 'What it owns goes first, the object last.' },
  { value: 'Orphan', title: 'Orphan', text: 'What it owns stays, without an owner.' },
];

export function DeleteDialog({ target, onClose }: DialogProps) {
  const { kind, name } = target;
  const [propagation, setPropagation] = useState<Propagation>('Background');
  const [force, setForce] = useState(false);
  const [typed, setTyped] = useState('');
  const mustType = isWorthTyping(kind.group, kind.kind);
  const isPod = kind.group === '' && kind.kind === 'Pod';
  return (
    <ActionForm
      title={`Delete ${kind.kind} ${name}?`}
      action="Delete"
      danger
      disabled={mustType && typed !== name}
      work={() => remove(target, propagation, force)}
      done={`${kind.kind} ${name} is deleted`}
      onClose={onClose}
    >
      {!isPod && (
        <fieldset class="choices">
          <legend>What it owns</legend>
          {PROPAGATIONS.map(({ value, title, text }) => (
            <label key={value}>
              <input
                type="radio"
                name="propagation"
                checked={propagation === value}
                onChange={() => setPropagation(value)}
              />
              <span>{title}</span>
              <span class="dim">{text}</span>
            </label>
          ))}
        </fieldset>
      )}
      {isPod && (
        <fieldset class="choices">
          <label>
            <input
              type="checkbox"
              checked={force}
              onChange={(event) => setForce(event.currentTarget.checked)}
            />
            <span>At once</span>
            <span class="dim">Without a grace period. The container may go on for a while.</span>
          </label>
        </fieldset>
      )}
      {mustType && (
        <label class="form-row">
          <span>
            Type <code>{name}</code>
          </span>
          <input class="field" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
      )}
    </ActionForm>
  );
}
