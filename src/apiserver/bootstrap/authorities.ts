// The ConfigMap kube-system/extension-apiserver-authentication: by it aggregated API servers know whose certificates to believe, and
// in which headers this server tells them the user. Called when the server starts, and when its certificates are renewed.
// Upstream: pkg/controlplane/controller/clusterauthenticationtrust.
import { X509Certificate } from 'node:crypto';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import type { Clock } from '../../kit/clock.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import { ownWrite } from '../registry/write-context.ts';

/** PEM of the authorities of clients and of the front proxy. */
export interface Authorities {
  readonly clientCa: string;
  readonly frontProxyCa: string;
}

const METADATA = { name: 'extension-apiserver-authentication', namespace: 'kube-system' };
const HEADERS = {
  'requestheader-allowed-names': '["front-proxy-client"]',
  'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
  'requestheader-group-headers': '["X-Remote-Group"]',
  'requestheader-uid-headers': '["X-Remote-Uid"]',
  'requestheader-username-headers': '["X-Remote-User"]',
};

export async function publishAuthorities(
  resources: ResourceTable,
  clock: Clock,
  authorities: Authorities,
): Promise<void> {
  const maps = resources.stored(ConfigMap).withoutAdmission();
  const change = (current: (() => ConfigMap) | undefined): ConfigMap => {
    const map = current?.() ?? { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...METADATA } };
    return { ...map, data: dataWith(map.data, authorities, clock.now()) };
  };
  await maps.update(METADATA.name, change, ownWrite(clock, METADATA.namespace), 'apply');
}

/** Authorities that were published before are kept until they expire: another server may use them still. */
export function dataWith(
  before: Readonly<Record<string, string>> = {},
  { clientCa, frontProxyCa }: Authorities,
  now: number,
): Record<string, string> {
  return {
    ...before,
    'client-ca-file': bundleOf(before['client-ca-file'], clientCa, now),
    ...HEADERS,
    'requestheader-client-ca-file': bundleOf(before['requestheader-client-ca-file'], frontProxyCa, now),
  };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g;

function bundleOf(before = '', own: string, now: number): string {
  const current = certificatesOf(own);
  const others = certificatesOf(before).filter((one) => !current.includes(one) && isValid(one, now));
  return others.length === 0 ? own : `${[...others, ...current].join('\n')}\n`;
}

const certificatesOf = (pem: string): string[] => pem.match(CERTIFICATE) ?? [];

function isValid(pem: string, now: number): boolean {
  try {
    return Date.parse(new X509Certificate(pem).validTo) > now;
  } catch {
    return false;
  }
}
