// Where the user's kubeconfig is. Apart from kubeconfig.ts, so that a command line can be read without a YAML parser.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The file that kubectl would change: the first that exists of $KUBECONFIG, else its last, else ~/.kube/config. */
export function kubeconfigPath(env: Readonly<Record<string, string | undefined>>): string {
  const named = (env.KUBECONFIG ?? '').split(':').filter(Boolean);
  return (
    named.find((path) => existsSync(path)) ?? named.at(-1) ?? join(env.HOME || homedir(), '.kube', 'config')
  );
}
