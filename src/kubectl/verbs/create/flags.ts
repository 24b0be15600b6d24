// The flags of create itself, and what its parts are given. Subcommands have flags of their own.

import { recordFlag } from '../../changes/record.ts';
import type { Context } from '../../command/command.ts';
import {
  dryRunFlag,
  fieldManagerFlag,
  filenameFlags,
  labelSelectorFlag,
  saveConfigFlag,
  validateFlag,
} from '../../command/common-flags.ts';
import { boolFlag, type FlagValues, stringFlag } from '../../command/flag.ts';
import { printFlags } from '../../printers/print-flags.ts';

export const createFlags = {
  ...recordFlag,
  ...filenameFlags('Filename, directory, or URL to files to use to create the resource'),
  validate: validateFlag(),
  edit: boolFlag(false, 'Edit the API resource before creating'),
  'windows-line-endings': boolFlag(
    false,
    'Only relevant if --edit=true. Defaults to the line ending native to your platform.',
  ),
  'save-config': saveConfigFlag(),
  'dry-run': dryRunFlag(),
  selector: labelSelectorFlag(),
  raw: stringFlag('', 'Raw URI to POST to the server.  Uses the transport specified by the kubeconfig file.'),
  'field-manager': fieldManagerFlag('kubectl-create'),
  ...printFlags,
};

export type CreateContext = Context & { readonly flags: FlagValues<typeof createFlags> };
