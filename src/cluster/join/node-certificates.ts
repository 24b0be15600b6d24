// Keeps both certificates of a joined node current while it runs: that with which it speaks to the API, and that of its kubelet's
// server. Called by join.ts.
import { readFileSync } from 'node:fs';
import type { Client } from '../../client/client.ts';
import { type Clock, rfc3339 } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import type { KubeletServerTls } from '../../kubelet/server/server.ts';
import { selfSigned } from '../pki/self-signed.ts';
import { clientTerms } from './bootstrap.ts';
import { readCertificateFile } from './certificate-file.ts';
import { CertificateRenewal } from './certificate-renewal.ts';
import type { NodeFiles } from './node-files.ts';
import { type IssuedCertificate, requestCertificate } from './request-certificate.ts';

export interface NodeCertificatesOptions {
  readonly name: string;
  readonly files: NodeFiles;
  /** As the node. */
  readonly client: Client;
  /** With a token, where there is one; the certificate has expired. */
  readonly again?: () => Promise<IssuedCertificate>;
  /** Requests go over new connections from now on. */
  readonly onClient: () => void;
  /** The kubelet's server takes up the certificate. */
  readonly onServing: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Why a node cannot renew a certificate that has expired. */
export const expiredText = (path: string, end: Date, now: number): string =>
  `the client certificate in ${path} expired at ${end.toISOString()}, and the clock of this machine says ${rfc3339(now)}. If that is right, create a token with "tiphys token create" on a server, and join again with --token and --ca-hash`;

export function renewClientCertificate(options: NodeCertificatesOptions): CertificateRenewal {
  const { name, files, client, again, onClient, clock, random, log } = options;
  return new CertificateRenewal({
    path: files.client,
    request: async (signal) => {
      const current = readCertificateFile(files.client);
      if (current && current.x509.validToDate.getTime() > clock.now())
        return requestCertificate(client, clientTerms(name), { clock, log, signal });
      if (again) return again();
      throw new Error(
        current
          ? expiredText(files.client, current.x509.validToDate, clock.now())
          : `${files.client} is gone`,
      );
    },
    onChange: onClient,
    ...{ clock, random, log },
  });
}

/** `addresses`: those of the node. */
export function renewServingCertificate(
  options: NodeCertificatesOptions,
  addresses: readonly string[],
): CertificateRenewal {
  const { name, files, client, onServing, clock, random, log } = options;
  const names = [name, ...addresses];
  const terms = {
    ...clientTerms(name),
    names,
    signerName: 'kubernetes.io/kubelet-serving',
    usages: ['digital signature', 'server auth'],
  };
  return new CertificateRenewal({
    path: files.serving,
    names: () => names,
    request: (signal) => requestCertificate(client, terms, { clock, log, signal }),
    onChange: onServing,
    ...{ clock, random, log },
  });
}

/** The certificate that the cluster has signed; until there is one, one of the node's own. */
export function servingTls(
  { files, name, clock, random }: Pick<NodeCertificatesOptions, 'files' | 'name' | 'clock' | 'random'>,
  addresses: readonly string[],
): KubeletServerTls {
  const clientCa = readFileSync(files.ca);
  const found = readCertificateFile(files.serving);
  if (found && found.x509.validToDate.getTime() > clock.now())
    return { cert: found.certificate, key: found.key, clientCa };
  const { certificate, key } = selfSigned(name, [name, ...addresses], { clock, random });
  return { cert: certificate, key, clientCa };
}
