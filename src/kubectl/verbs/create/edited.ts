// `kubectl create --edit`: each object is shown in an editor before it is created.
import { withLastApplied } from '../../apply/last-applied.ts';
import { printAs } from '../../changes/printing.ts';
import { recorded } from '../../changes/record.ts';
import { filesOf, targetsOf } from '../../changes/targets.ts';
import { editObjects } from '../../editing/edit-objects.ts';
import type { WriteChoices } from '../../resources/info.ts';
import type { CreateContext } from './flags.ts';

export async function createEdited(context: CreateContext, write: WriteChoices): Promise<void> {
  const { flags, io, session } = context;
  const found = await targetsOf(context, filesOf(flags));
  await found.visit((info) =>
    editObjects([info], {
      ...{ session, io, output: flags.output, ofAnnotations: false },
      windowsLineEndings: flags['windows-line-endings'],
      change: async (edited) => {
        const saved = flags['save-config'] ? withLastApplied(edited.object) : edited.object;
        edited.object = recorded(context, saved);
        edited.refresh(await edited.create(edited.object, write));
        await printAs(context, 'created', edited.object);
      },
    }),
  );
}
