// Who may ask the API server of `tiphys up`, as kubeadm sets it up: bootstrap tokens, and the front proxy; and as the user configures.
import { join } from 'node:path';
import type { ControlPlaneSettings } from '../control-plane/settings.ts';
import type { ClusterOptions } from '../options.ts';

export const accessFlags = (
  pki: string,
  {
    authenticationConfig,
    authorizationConfig,
  }: Pick<ClusterOptions, 'authenticationConfig' | 'authorizationConfig'>,
): ControlPlaneSettings['access'] => ({
  enableBootstrapTokenAuth: true,
  requestheaderClientCaFile: join(pki, 'front-proxy-ca.crt'),
  requestheaderAllowedNames: ['front-proxy-client'],
  ...(authenticationConfig && { authenticationConfig }),
  ...(authorizationConfig && { authorizationConfig }),
});
