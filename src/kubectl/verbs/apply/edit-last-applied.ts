// kubectl apply edit-last-applied.
import { lastAppliedOf } from '../../apply/last-applied.ts';
import { annotationPatch } from '../../apply/set-annotation.ts';
import { printAs } from '../../changes/printing.ts';
import { recorded, recordFlag } from '../../changes/record.ts';
import { filesOf, targetsOf } from '../../changes/targets.ts';
import { defineCommand } from '../../command/command.ts';
import {
  fieldManagerFlag,
  fieldValidationOf,
  filenameFlags,
  validateFlag,
} from '../../command/common-flags.ts';
import { boolFlag } from '../../command/flag.ts';
import { editObjects, originalOf, sameObject } from '../../editing/edit-objects.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { Info } from '../../resources/info.ts';

export default defineCommand({
  use: 'edit-last-applied (RESOURCE/NAME | -f FILENAME)',
  long: `Edit the latest last-applied-configuration annotations of resources from the default editor.

The editor of your KUBE_EDITOR or EDITOR environment variable is opened, or 'vi'. You can edit several objects, although changes are applied one at a time.

The default format is YAML; use "-o json" for JSON.`,
  examples: `# Edit the last-applied-configuration annotations by type/name in YAML
kubectl apply edit-last-applied deployment/nginx

# Edit the last-applied-configuration annotations by file in JSON
kubectl apply edit-last-applied -f deploy.yaml -o json`,
  flags: {
    ...recordFlag,
    ...printFlags,
    ...filenameFlags('Filename, directory, or URL to files to use to edit the resource'),
    'windows-line-endings': boolFlag(false, 'Defaults to the line ending native to your platform.'),
    'field-manager': fieldManagerFlag('kubectl-client-side-apply'),
    validate: validateFlag(),
  },
  async run(context) {
    const { args, flags, io, session } = context;
    const fieldValidation = fieldValidationOf(flags.validate);
    const found = await targetsOf(context, { args, ...filesOf(flags), typeMeansAll: true, latest: true });
    const applied: Info[] = [];
    for (const { object } of await found.infos()) {
      const text = lastAppliedOf(object);
      if (text === undefined) continue;
      const [info] = await (await targetsOf(context, { text: { text, source: 'edited-file' } })).infos();
      if (info) applied.push(info);
    }
    if (applied.length === 0)
      throw new Error(
        'no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`',
      );
    await editObjects(applied, {
      ...{ session, io, output: flags.output, ofAnnotations: true },
      windowsLineEndings: flags['windows-line-endings'],
      change: async (edited, originals) => {
        edited.object = recorded(context, edited.object);
        const same = sameObject(originalOf(edited, originals).object, edited.object);
        if (!same) {
          const write = { fieldManager: flags['field-manager'], fieldValidation };
          await edited.patch('merge', annotationPatch(edited.object), write);
        }
        await printAs(context, same ? 'skipped' : 'edited', edited.object);
      },
    });
  },
});
