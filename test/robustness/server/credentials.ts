// The client certificate in a kubeconfig that `tiphys up` wrote.
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { Credentials } from '../traffic/connection.ts';

export function credentialsIn(kubeconfig: string): Credentials {
  // biome-ignore lint/suspicious/noExplicitAny: the file's own structure
  const config = load(readFileSync(kubeconfig, 'utf8')) as any;
  const decoded = (base64: string) => Buffer.from(base64, 'base64');
  const { cluster } = config.clusters[0];
  const { user } = config.users[0];
  return {
    ca: decoded(cluster['certificate-authority-data']),
    cert: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
  };
}
