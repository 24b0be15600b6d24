// The actions that the user may take on an object: the usual ones as buttons, all of them in a menu.
import { useState } from 'preact/hooks';
import { objectHref } from '../../../app/links.ts';
import { navigate } from '../../../app/route.ts';
import { confirmDialog } from '../../../pieces/dialog.tsx';
import { Menu } from '../../../pieces/menu.tsx';
import { toast } from '../../../pieces/toast.tsx';
import { areAllowed } from '../access.ts';
import { DrainDialog } from '../drain/drain.tsx';
import { type Action, type ActionId, actionIds, actionOf } from './catalogue.ts';
import { DeleteDialog, EvictDialog, ScaleDialog, TriggerDialog } from './dialogs.tsx';
import { DONE, simply, type Target } from './perform.ts';

/** As buttons beside the menu. */
const MOST_BUTTONS = 3;

const DIALOGS: Readonly<Partial<Record<ActionId, typeof ScaleDialog>>> = {
  scale: ScaleDialog,
  trigger: TriggerDialog,
  evict: EvictDialog,
  delete: DeleteDialog,
  drain: DrainDialog,
};

export function ActionBar({ target }: { target: Target }) {
  const { kind, namespace, name, object } = target;
  const [open, setOpen] = useState<ActionId | undefined>(undefined);
  const all = actionIds(kind, object).map((id) => actionOf(id, kind, object));
  const actions = allowedOf(all);
  const run = async (id: ActionId) => {
    if (id === 'rollback') return navigate(objectHref(kind, namespace, name, 'revisions'));
    if (DIALOGS[id]) return setOpen(id);
    if (id === 'restart' && !(await confirmDialog(restartQuestion(name)))) return;
    try {
      await simply(id, target);
      toast(`${name} ${DONE[id] ?? 'is changed'}`);
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error), 'bad');
    }
  };
  const OpenDialog = open && DIALOGS[open];
  const buttons = actions.filter(({ id }) => id !== 'delete').slice(0, MOST_BUTTONS);
  return (
    <div class="page-tools actions">
      {buttons.map(({ id, title }) => (
        <button
          type="button"
          key={id}
          class="button action-button"
          data-action={id}
          onClick={() => void run(id)}
        >
          {title}
        </button>
      ))}
      {actions.length > 0 && (
        <Menu
          label="Actions"
          items={actions.map(({ id, title, isDangerous }) => ({
            label: title,
            run: () => void run(id),
            ...(isDangerous && { danger: true }),
          }))}
        />
      )}
      {OpenDialog && <OpenDialog target={target} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

const restartQuestion = (name: string) => ({
  title: `Restart ${name}?`,
  text: 'All of its pods are replaced by new ones, as its update strategy has it.',
  action: 'Restart',
});

/** Those of which the API has said that the user may. Their number does not change while the page is open but with the object. */
function allowedOf(actions: readonly Action[]): Action[] {
  return actions.filter(({ rights }) => areAllowed(rights) === true);
}
