// `tiphys kubectl`: kubectl against the cluster or server of this machine. Verbs that are not written yet are left to a foreign kubectl.
import { spawn } from 'node:child_process';
import { processIo } from '../../kubectl/io/process-io.ts';
import { knowsCommand, runKubectl } from '../../kubectl/main.ts';
import { machineKubeconfig } from './machine-kubeconfig.ts';

/** The exit code. */
export async function runMachineKubectl(words: readonly string[], name: string): Promise<number> {
  const given = words.some((word) => word === '--kubeconfig' || word.startsWith('--kubeconfig='));
  const kubeconfig = given ? undefined : machineKubeconfig(name);
  const env = { ...process.env, ...(kubeconfig && { KUBECONFIG: kubeconfig }) };
  if (await knowsCommand(words)) return runKubectl(words, processIo({ env }));
  const { findKubectl } = await import('../../cluster/kubectl-binary.ts');
  const child = spawn(findKubectl(), words, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
