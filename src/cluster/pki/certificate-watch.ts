// Keeps a running process's certificates current: notices, within half a minute, that the files have changed, and in the process
// that owns the files renews them before they end. Used by the node agent, the control plane and `tiphys apiserver`.

import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Timer } from '../../kit/clock.ts';
import { smallest } from '../../kit/lists.ts';
import type { Logger } from '../../kit/log.ts';
import { RENEW_BEFORE } from './authority.ts';
import type { Credential } from './credential-files.ts';
import {
  type CertificatesOptions,
  type ClusterCertificates,
  ensureCertificates,
} from './ensure-certificates.ts';
import { serviceAccountFiles } from './service-account-keys.ts';

export interface CertificateWatchOptions {
  readonly files: CertificatesOptions;
  /** Of the files as they are now. */
  readonly current: ClusterCertificates;
  /** One process of a cluster renews; the others read what it wrote. */
  readonly renews: boolean;
  readonly log: Logger;
  /** Given the new certificates. */
  readonly onChange: (certificates: ClusterCertificates) => void;
}

/** Milliseconds; upstream's dynamic certificates are read every minute. */
const CHECK_EVERY = 10_000;

/** Until the returned timer is cancelled. */
export function watchCertificates(options: CertificateWatchOptions): Timer {
  let { current } = options;
  let loaded = signatureOf(current);
  let last = loaded;
  const load = () => {
    current = ensureCertificates(options.files);
    loaded = last = signatureOf(current);
    options.onChange(current);
    options.log.info('certificates changed', { until: new Date(endOf(current)).toISOString() });
  };
  return options.files.clock.every(CHECK_EVERY, () => {
    const now = signatureOf(current);
    // Files that still change are being written.
    const settled = now === last;
    last = now;
    try {
      if (settled && (now !== loaded || (options.renews && isDue(current, options.files.clock.now()))))
        load();
    } catch (error) {
      options.log.error('certificates could not be read or renewed', { error });
    }
  });
}

/** All certificates of the cluster with their keys. */
export function credentialsOf(certificates: ClusterCertificates): Credential[] {
  const { kubelets, serviceAccount, ...others } = certificates;
  return [
    ...Object.values(others).filter((one) => one !== undefined),
    ...[...kubelets.values()].flatMap(({ client, serving }) => [client, serving]),
  ];
}

/** When the first of them ends, in milliseconds since the epoch. */
const endOf = (certificates: ClusterCertificates): number =>
  smallest(
    credentialsOf(certificates).map((one) => new X509Certificate(one.certificate).validToDate.getTime()),
  );

const isDue = (certificates: ClusterCertificates, now: number): boolean =>
  now >= endOf(certificates) - RENEW_BEFORE;

/** Changes when a file is replaced. */
function signatureOf(certificates: ClusterCertificates): string {
  const paths = credentialsOf(certificates).flatMap((one) => [one.certificatePath, one.keyPath]);
  const keys = serviceAccountFiles(dirname(certificates.serviceAccount.privateKeyPath));
  return [...paths, ...keys].map(versionOf).join(' ');
}

function versionOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.ino}:${found.mtimeMs}` : '-';
}
