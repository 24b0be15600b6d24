// The flags of replace, and what its parts are given.

import { recordFlag } from '../../changes/record.ts';
import type { Context } from '../../command/command.ts';
import {
  dryRunFlag,
  fieldManagerFlag,
  saveConfigFlag,
  subresourceFlag,
  validateFlag,
} from '../../command/common-flags.ts';
import { type FlagValues, stringFlag } from '../../command/flag.ts';
import { deletionFlags } from '../../deletion/flags.ts';
import { printFlags } from '../../printers/print-flags.ts';

export const flags = {
  ...printFlags,
  ...deletionFlags('The files that contain the configurations to replace.', false),
  ...recordFlag,
  validate: validateFlag(),
  'save-config': saveConfigFlag(),
  'dry-run': dryRunFlag(),
  raw: stringFlag('', 'Raw URI to PUT to the server.  Uses the transport specified by the kubeconfig file.'),
  'field-manager': fieldManagerFlag('kubectl-replace'),
  subresource: subresourceFlag(
    'If specified, replace will operate on the subresource of the requested object.',
  ),
};

export type ReplaceContext = Context & { readonly flags: FlagValues<typeof flags> };
