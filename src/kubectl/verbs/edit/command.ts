// kubectl edit.

import { sortedGoJson } from '../../../api/codec/go-json.ts';
import { withLastApplied } from '../../apply/last-applied.ts';
import { printAs } from '../../changes/printing.ts';
import { recorded, recordFlag } from '../../changes/record.ts';
import { filesOf, targetsOf } from '../../changes/targets.ts';
import { type Context, defineCommand } from '../../command/command.ts';
import {
  fieldManagerFlag,
  fieldValidationOf,
  filenameFlags,
  saveConfigFlag,
  subresourceFlag,
  validateFlag,
} from '../../command/common-flags.ts';
import { boolFlag, type FlagValues } from '../../command/flag.ts';
import { editObjects, originalOf, sameObject } from '../../editing/edit-objects.ts';
import { patchOfEdited } from '../../editing/patch-edited.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { Info } from '../../resources/info.ts';

const flags = {
  ...recordFlag,
  ...printFlags,
  ...filenameFlags('Filename, directory, or URL to files to use to edit the resource'),
  validate: validateFlag(),
  'output-patch': boolFlag(false, 'Output the patch if the resource is edited.'),
  'windows-line-endings': boolFlag(false, 'Defaults to the line ending native to your platform.'),
  'field-manager': fieldManagerFlag('kubectl-edit'),
  'save-config': saveConfigFlag(),
  subresource: subresourceFlag('If specified, edit will operate on the subresource of the requested object.'),
};

type EditContext = Context & { readonly flags: FlagValues<typeof flags> };

export default defineCommand({
  use: 'edit (RESOURCE/NAME | -f FILENAME)',
  long: `Edit a resource from the default editor.

The edit command opens the editor of your KUBE_EDITOR or EDITOR environment variable, or 'vi', with resources that you can read from the server. You can edit several objects, although changes are applied one at a time. Files that you name have to be saved versions of resources.

The default format is YAML; use "-o json" for JSON. When an update fails, your changes are kept in a temporary file.`,
  examples: `# Edit the service named 'registry'
kubectl edit svc/registry

# Use an alternative editor
KUBE_EDITOR="nano" kubectl edit svc/registry

# Edit the job 'myjob' in JSON using the v1 API format
kubectl edit job.v1.batch/myjob -o json

# Edit the 'status' subresource for the 'mydeployment' deployment
kubectl edit deployment mydeployment --subresource='status'`,
  flags,
  async complete({ args, session }, toComplete) {
    const { completeTypesAndNames } = await import('../../command/complete-resources.ts');
    return completeTypesAndNames(session, args, toComplete);
  },
  async run(context) {
    const { args, flags, io, session } = context;
    const fieldValidation = fieldValidationOf(flags.validate);
    const found = await targetsOf(context, {
      ...{ args, ...filesOf(flags), typeMeansAll: true, latest: true },
      ...(flags.subresource && { subresource: flags.subresource }),
    });
    const infos = await found.infos();
    if (infos.length === 0) throw new Error('edit cancelled, no objects found');
    await editObjects(infos, {
      ...{ session, io, output: flags.output, ofAnnotations: false, subresource: flags.subresource },
      windowsLineEndings: flags['windows-line-endings'],
      change: (edited, originals, refused) => change(context, fieldValidation, edited, originals, refused),
    });
  },
});

async function change(
  context: EditContext,
  fieldValidation: string,
  edited: Info,
  originals: readonly Info[],
  refused: (error: unknown) => void,
): Promise<void> {
  const { flags, io } = context;
  const saved = flags['save-config'] ? withLastApplied(edited.object) : edited.object;
  edited.object = recorded(context, saved);
  const original = originalOf(edited, originals);
  if (sameObject(original.object, edited.object)) return printAs(context, 'skipped', edited.object);
  const { kind, patch } = await patchOfEdited(original, edited);
  const text = sortedGoJson(patch);
  if (flags['output-patch']) io.out(`Patch: ${text}\n`);
  try {
    edited.refresh(await edited.patch(kind, text, { fieldManager: flags['field-manager'], fieldValidation }));
  } catch (error) {
    refused(error);
    return;
  }
  await printAs(context, 'edited', edited.object);
}
