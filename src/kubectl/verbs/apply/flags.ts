// The flags of apply, and what its parts are given.

import { recordFlag } from '../../changes/record.ts';
import type { Context } from '../../command/command.ts';
import {
  dryRunFlag,
  fieldManagerFlag,
  labelSelectorFlag,
  pruneAllowlistFlag,
  subresourceFlag,
  validateFlag,
} from '../../command/common-flags.ts';
import { boolFlag, type FlagValues, stringFlag } from '../../command/flag.ts';
import { deletionFlags } from '../../deletion/flags.ts';
import { printFlags } from '../../printers/print-flags.ts';

export const flags = {
  ...deletionFlags('The files that contain the configurations to apply.', false),
  ...recordFlag,
  ...printFlags,
  validate: validateFlag(),
  'dry-run': dryRunFlag(),
  'server-side': boolFlag(false, 'If true, apply runs in the server instead of the client.'),
  'force-conflicts': boolFlag(false, 'If true, server-side apply will force the changes against conflicts.'),
  'field-manager': fieldManagerFlag('kubectl-client-side-apply'),
  selector: labelSelectorFlag(),
  prune: boolFlag(
    false,
    'Automatically delete resource objects, that do not appear in the configs and are created by either apply or create --save-config. Should be used with either -l or --all.',
  ),
  'prune-allowlist': pruneAllowlistFlag(),
  all: boolFlag(false, 'Select all resources in the namespace of the specified resource types.'),
  applyset: stringFlag(
    '',
    '[alpha] The name of the ApplySet that tracks which resources are being managed, for the purposes of determining what to prune. Live resources that are part of the ApplySet but have been removed from the provided configs will be deleted. Format: [RESOURCE][.GROUP]/NAME. A Secret will be used if no resource or group is specified.',
    { hidden: true },
  ),
  overwrite: boolFlag(
    true,
    'Automatically resolve conflicts between the modified and live configuration by using values from the modified configuration',
  ),
  'openapi-patch': boolFlag(
    true,
    'If true, use openapi to calculate diff when the openapi presents and the resource can be found in the openapi spec. Otherwise, fall back to use baked-in types.',
  ),
  subresource: subresourceFlag(
    'If specified, apply will operate on the subresource of the requested object.  Only allowed when using --server-side.',
  ),
};

export type ApplyContext = Context & { readonly flags: FlagValues<typeof flags> };
