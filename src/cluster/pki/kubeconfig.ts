// Kubeconfigs with a certificate of this cluster's authority: for the administrator, and for components that run apart.
import { type Kubeconfig, singleContext } from '../../client/kubeconfig/kubeconfig.ts';
import type { Credential } from './credential-files.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A kubeconfig with one context, named `context`. */
export function kubeconfigFor(
  context: string,
  server: string,
  ca: Pick<Credential, 'certificate'>,
  user: Credential,
): Kubeconfig {
  return singleContext(
    context,
    { server, 'certificate-authority-data': base64(ca.certificate) },
    { 'client-certificate-data': base64(user.certificate), 'client-key-data': base64(user.key) },
  );
}
