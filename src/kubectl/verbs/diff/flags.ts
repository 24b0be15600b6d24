// The flags of diff, and what its parts are given.

import type { Context } from '../../command/command.ts';
import {
  fieldManagerFlag,
  filenameFlags,
  labelSelectorFlag,
  pruneAllowlistFlag,
} from '../../command/common-flags.ts';
import { boolFlag, type FlagValues, intFlag } from '../../command/flag.ts';

export const flags = {
  'prune-allowlist': pruneAllowlistFlag(),
  prune: boolFlag(
    false,
    'Include resources that would be deleted by pruning. Can be used with -l and default shows all resources would be pruned',
  ),
  'show-managed-fields': boolFlag(false, 'If true, include managed fields in the diff.'),
  'show-secrets': boolFlag(false, 'If true, do not mask secret values in the diff.'),
  concurrency: intFlag(
    1,
    'Number of objects to process in parallel when diffing against the live version. Larger number = faster, but more memory, I/O and CPU over that shorter period of time.',
  ),
  ...filenameFlags('Filename, directory, or URL to files contains the configuration to diff'),
  'server-side': boolFlag(false, 'If true, apply runs in the server instead of the client.'),
  'force-conflicts': boolFlag(false, 'If true, server-side apply will force the changes against conflicts.'),
  'field-manager': fieldManagerFlag('kubectl-client-side-apply'),
  selector: labelSelectorFlag(),
};

export type DiffContext = Context & { readonly flags: FlagValues<typeof flags> };
