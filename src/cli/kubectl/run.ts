// `tiphys kubectl`: our kubectl with the kubeconfig of the cluster or server of this machine.

import type { Io } from '../../kubectl/io/io.ts';
import { processIo } from '../../kubectl/io/process-io.ts';
import { runKubectl } from '../../kubectl/main.ts';
import { machineKubeconfig } from './machine-kubeconfig.ts';

/** The exit code. */
export function runMachineKubectl(words: readonly string[], name: string): Promise<number> {
  return runKubectl(words, processIo({ env: environment(words, name) }));
}

/** --kubeconfig says which cluster is meant; and some words need none. */
function environment(words: readonly string[], name: string): Io['env'] {
  const { env } = process;
  if (words.some((word) => word === '--kubeconfig' || word.startsWith('--kubeconfig='))) return env;
  if (needsNoCluster(words)) return env;
  return { ...env, KUBECONFIG: machineKubeconfig(name) };
}

const WITHOUT_CLUSTER = new Set(['help', 'options', 'completion', 'plugin', 'kustomize', 'kuberc']);

const needsNoCluster = ([first = '', ...rest]: readonly string[]): boolean =>
  first === '' ||
  WITHOUT_CLUSTER.has(first) ||
  [first, ...rest].some((word) => word === '--help' || word === '-h') ||
  (first === 'version' && rest.some((word) => word === '--client' || word === '--client=true'));
