// What an API server is made from.
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

/** PEM texts; certificates/ensure-certificates.ts gives all of them. */
export interface ServerCertificates {
  readonly ca: Pick<KeyAndCertificate, 'certificate'>;
  readonly apiserver: KeyAndCertificate;
  readonly apiserverKubeletClient: KeyAndCertificate;
  readonly frontProxyCa: Pick<KeyAndCertificate, 'certificate'>;
  readonly serviceAccount: { readonly privateKey: string };
}

export interface Address {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
}

export interface ApiServerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Without them the server cannot listen, and signs tokens with a key of its own. */
  readonly certificates?: ServerCertificates;
  readonly listen?: readonly Address[];
  /** Where pods reach this server: the endpoint of the service `kubernetes`. */
  readonly advertise?: { readonly address: string; readonly port: number };
  /** Where a node's kubelet is, if not where its status says. */
  readonly kubeletAddress?: KubeletAccess['address'];
  /** PEM of the authority that signs kubelets' serving certificates; these are not verified without it, as upstream. */
  readonly kubeletAuthority?: string;
  /** Bearer tokens that are good as they are. */
  readonly staticTokens?: ReadonlyMap<string, User>;
  /** Metrics of other components in this process, in the Prometheus text format: they are shown at /metrics too. */
  readonly moreMetrics?: () => string;
  /** 10.96.0.0/16 when left out. */
  readonly serviceCidr?: string;
  /** 30000 to 32767 when left out. */
  readonly nodePorts?: readonly [number, number];
  readonly serviceAccountIssuer?: string;
  /** Names of admission plugins that are left out, as kube-apiserver's flag of this name. */
  readonly disableAdmissionPlugins?: readonly string[];
}
