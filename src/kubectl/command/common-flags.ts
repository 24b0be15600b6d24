// Flags that several verbs share, with upstream's defaults and lines, and what their values mean.
import type { Io } from '../io/io.ts';
import { boolFlag, intFlag, stringArrayFlag, stringFlag, stringSliceFlag } from './flag.ts';

const KUSTOMIZE = "This flag can't be used together with -f or -R.";

/** -f, -k and -R. `usage` is the whole line of -f. */
export const filenameFlags = (usage: string) => ({
  filename: stringSliceFlag(usage, { short: 'f' }),
  kustomize: stringFlag('', `Process the kustomization directory. ${KUSTOMIZE}`, { short: 'k' }),
  recursive: boolFlag(
    false,
    'Process the directory used in -f, --filename recursively. Useful when you want to manage related manifests organized within the same directory.',
    { short: 'R' },
  ),
});

export const labelSelectorFlag = () =>
  stringFlag(
    '',
    "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.(e.g. -l key1=value1,key2=value2,key3 in (value3)). Matching objects must satisfy all of the specified label constraints.",
    { short: 'l' },
  );

export const fieldSelectorFlag = () =>
  stringFlag(
    '',
    "Selector (field query) to filter on, supports '=', '==', and '!='.(e.g. --field-selector key1=value1,key2=value2). The server only supports a limited number of field queries per type.",
  );

export const allNamespacesFlag = (usage = ALL_NAMESPACES) => boolFlag(false, usage, { short: 'A' });
const ALL_NAMESPACES =
  'If present, list the requested object(s) across all namespaces. Namespace in current context is ignored even if specified with --namespace.';

export const chunkSizeFlag = (initial = 500) =>
  intFlag(initial, 'Return large lists in chunks rather than all at once. Pass 0 to disable.');

export const fieldManagerFlag = (manager: string) =>
  stringFlag(manager, 'Name of the manager used to track field ownership.');

export const subresourceFlag = (usage: string) => stringFlag('', usage);

export const saveConfigFlag = () =>
  boolFlag(
    false,
    'If true, the configuration of current object will be saved in its annotation. Otherwise, the annotation will be unchanged. This flag is useful when you want to perform kubectl apply on this object in the future.',
  );

export const pruneAllowlistFlag = () =>
  stringArrayFlag('Overwrite the default allowlist with <group/version/kind> for --prune');

export const dryRunFlag = () =>
  stringFlag(
    'none',
    'Must be "none", "server", or "client". If client strategy, only print the object that would be sent, without sending it. If server strategy, submit server-side request without persisting the resource.',
    { withoutValue: 'unchanged' },
  );

export type DryRun = 'none' | 'client' | 'server';

/** What --dry-run means; the old forms are warned about. */
export function dryRunOf(text: string, io: Pick<Io, 'err'>): DryRun {
  if (text === 'none' || text === 'client' || text === 'server') return text;
  if (text === 'unchanged') {
    io.err('W --dry-run is deprecated and can be replaced with --dry-run=client.\n');
    return 'client';
  }
  const truth = booleanOf(text);
  if (truth === undefined)
    throw new Error(`Invalid dry-run value (${text}). Must be "none", "server", or "client".`);
  const means = truth ? 'client' : 'none';
  io.err(`W --dry-run=${text} is deprecated (boolean value) and can be replaced with --dry-run=${means}.\n`);
  return means;
}

/** Behind a name in `pod/x created`: ` (dry run)`, ` (server dry run)` or nothing. */
export const dryRunSuffix = (dryRun: DryRun): string =>
  ({ none: '', client: ' (dry run)', server: ' (server dry run)' })[dryRun];

export const validateFlag = () =>
  stringFlag(
    'strict',
    'Must be one of: strict (or true), warn, ignore (or false). With "strict" the request fails when the server finds unknown or duplicate fields, with "warn" they are warned about, with "ignore" they are dropped.',
    { withoutValue: 'strict' },
  );

/** The value of the query parameter fieldValidation. */
export function fieldValidationOf(text: string): 'Strict' | 'Warn' | 'Ignore' {
  const truth = booleanOf(text);
  if (truth !== undefined) return truth ? 'Strict' : 'Ignore';
  if (text === 'strict') return 'Strict';
  if (text === 'warn') return 'Warn';
  if (text === 'ignore') return 'Ignore';
  throw new Error(
    `invalid - validate option "${text}"; must be one of: strict (or true), warn, ignore (or false)`,
  );
}

const booleanOf = (text: string): boolean | undefined => {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true;
  return /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : undefined;
};
