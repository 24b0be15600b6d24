// The options of an API server. Everything it needs from outside is here: store, clock, randomness, log, certificates.
// Given by cluster/ and sim/. Names in comments are kube-apiserver's flags.
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { Random } from '../kit/random.ts';
import type { Store } from '../store/store.ts';
import type { KubeletAccess } from './handlers/subresources/connect.ts';
import type { User } from './request.ts';

export interface KeyAndCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** PEM texts, named as kubeadm names the files in /etc/kubernetes/pki. */
export interface ServerCertificates {
  readonly ca: Pick<KeyAndCertificate, 'certificate'>;
  readonly apiserver: KeyAndCertificate;
  readonly apiserverKubeletClient: KeyAndCertificate;
  readonly frontProxyCa: Pick<KeyAndCertificate, 'certificate'>;
  readonly serviceAccount: { readonly privateKey: string };
}

export interface Address {
  readonly host: string;
  /** 0 chooses a free port. */
  readonly port: number;
}

export interface ApiServerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Without certificates the server cannot listen, and generates a key to sign service account tokens. */
  readonly certificates?: ServerCertificates;
  readonly listen?: readonly Address[];
  /** Where pods reach this server: the endpoint of the service `kubernetes`. */
  readonly advertise?: { readonly address: string; readonly port: number };
  /** The address of a node's kubelet; undefined means the address in the node's status. */
  readonly kubeletAddress?: KubeletAccess['address'];
  /** PEM of the CA of kubelets' serving certificates (--kubelet-certificate-authority); without it they are not verified. */
  readonly kubeletAuthority?: string;
  /** Users by static bearer token (--token-auth-file). */
  readonly staticTokens?: ReadonlyMap<string, User>;
  /** Metrics of other components in this process, in the Prometheus text format; appended to /metrics. */
  readonly moreMetrics?: () => string;
  /** --service-cluster-ip-range; 10.96.0.0/16 by default. */
  readonly serviceCidr?: string;
  /** --service-node-port-range, inclusive; 30000 to 32767 by default. */
  readonly nodePorts?: readonly [number, number];
  readonly serviceAccountIssuer?: string;
  /** --disable-admission-plugins. */
  readonly disableAdmissionPlugins?: readonly string[];
}
