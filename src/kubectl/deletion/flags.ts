// The flags that say how objects are deleted, and what they mean. Called by delete, and by apply, replace and run, which delete too.
import { filenameFlags } from '../command/common-flags.ts';
import { boolFlag, durationFlag, intFlag, stringFlag } from '../command/flag.ts';
import type { Io } from '../io/io.ts';

/** How, not which. */
export const howFlags = (wait: boolean) => ({
  cascade: stringFlag(
    'background',
    'Must be "background", "orphan", or "foreground". Selects the deletion cascading strategy for the dependents (e.g. Pods created by a ReplicationController). Defaults to background.',
    { withoutValue: 'background' },
  ),
  force: boolFlag(
    false,
    'If true, immediately remove resources from API and bypass graceful deletion. Note that immediate deletion of some resources may result in inconsistency or data loss and requires confirmation.',
  ),
  'grace-period': intFlag(
    -1,
    'Period of time in seconds given to the resource to terminate gracefully. Ignored if negative. Set to 1 for immediate shutdown. Can only be set to 0 when --force is true (force deletion).',
  ),
  timeout: durationFlag(
    0,
    '0s',
    'The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object',
  ),
  wait: boolFlag(wait, 'If true, wait for resources to be gone before returning. This waits for finalizers.'),
});

export const deletionFlags = (usageOfFilename: string, wait: boolean) => ({
  ...filenameFlags(usageOfFilename),
  kustomize: stringFlag(
    '',
    "Process a kustomization directory. This flag can't be used together with -f or -R.",
    { short: 'k' },
  ),
  ...howFlags(wait),
});

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

const STRATEGIES: Readonly<Record<string, Propagation>> = {
  background: 'Background',
  foreground: 'Foreground',
  orphan: 'Orphan',
};

/** What --cascade means; the old boolean forms are warned about. */
export function propagationOf(text: string, io: Pick<Io, 'err'>): Propagation {
  const strategy = Object.hasOwn(STRATEGIES, text) ? STRATEGIES[text] : undefined;
  if (strategy) return strategy;
  const truth = /^(?:1|t|T|true|TRUE|True)$/.test(text);
  if (!truth && !/^(?:0|f|F|false|FALSE|False)$/.test(text))
    throw new Error(`invalid cascade value (${text}). Must be "background", "foreground", or "orphan"`);
  const means = truth ? 'background' : 'orphan';
  io.err(
    `warning: --cascade=${text} is deprecated (boolean value) and can be replaced with --cascade=${means}.\n`,
  );
  return truth ? 'Background' : 'Orphan';
}

/** DeleteOptions. */
export const deleteOptionsOf = (gracePeriod: number, propagationPolicy: Propagation): object => ({
  ...(gracePeriod >= 0 && { gracePeriodSeconds: gracePeriod }),
  propagationPolicy,
});
