// What label and annotate have in common: which objects they mean, and what they refuse before they look at any.
import type { DryRun } from '../command/common-flags.ts';
import type { Pairs } from '../text/pairs.ts';
import {
  ALL_AND_SELECTOR,
  type FilenameFlags,
  filesOf,
  hasFiles,
  LOCAL_AND_SERVER,
  NO_RESOURCES,
} from './targets.ts';

interface PairFlags extends FilenameFlags {
  readonly all: boolean;
  readonly 'all-namespaces': boolean;
  readonly 'field-selector': string;
  readonly list: boolean;
  readonly local: boolean;
  readonly output: string;
  readonly selector: string;
}

/** `file`: the name in upstream's messages, `pod` or `rsrc`. */
export interface PairVerb {
  readonly noun: 'annotation' | 'label';
  readonly file: 'pod' | 'rsrc';
}

export function checkPairVerb(
  flags: PairFlags,
  resources: readonly string[],
  { set, remove }: Pairs,
  dryRun: DryRun,
  { noun, file }: PairVerb,
): void {
  if (flags.list && flags.output !== '') throw new Error('--list and --output may not be specified together');
  if (flags.all && flags.selector !== '') throw new Error(ALL_AND_SELECTOR);
  if (flags.all && flags['field-selector'] !== '')
    throw new Error('cannot set --all and --field-selector at the same time');
  if (flags.local) {
    if (dryRun === 'server') throw new Error(LOCAL_AND_SERVER);
    const files = `-f ${file}.yaml or --filename=${file}.json`;
    if (resources.length > 0)
      throw new Error(`can only use local files by ${files} when --local=true is set`);
    if (!hasFiles(flags)) throw new Error(`one or more files must be specified as ${files}`);
  } else if (resources.length === 0 && !hasFiles(flags)) throw new Error(NO_RESOURCES);
  if (set.size === 0 && remove.length === 0 && !flags.list)
    throw new Error(`at least one ${noun} update is required`);
}

/** For targetsOf. */
export const pairTargets = (flags: PairFlags, resources: readonly string[]) => ({
  ...filesOf(flags),
  ...(flags.local
    ? { local: true }
    : {
        args: resources,
        all: flags.all,
        labelSelector: flags.selector,
        fieldSelector: flags['field-selector'],
        allNamespaces: flags['all-namespaces'],
        latest: true,
      }),
});
