// The options of an API server. Everything it needs from outside is here: store, clock, randomness, log, certificates.
// Given by cluster/ and sim/. Names in comments are kube-apiserver's flags.

import type { FeatureGates } from '../api/features/feature-gates.ts';
import type { AnyResource } from '../api/meta/v1/resource.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { Random } from '../kit/random.ts';
import type { Store } from '../store/store.ts';
import type { PodSecurityExemptions } from './admission/pods/security/policy.ts';
import type { Auditor } from './audit/auditor.ts';
import type { ConfiguredAuthentication } from './authn/configured-authentication.ts';
import type { TokenLifetimes, TokenSource } from './authn/service-account-tokens.ts';
import type { ConfiguredAuthorization } from './authz/attributes.ts';
import type { OpenDashboard } from './dashboard/port.ts';
import type { KubeletAccess } from './kubelet-access.ts';
import type { PlacementSource } from './placement/placement-source.ts';
import type { User } from './request.ts';
import type { SamplesOptions } from './resource-metrics/samples.ts';
import type { Strategies } from './strategies/strategies.ts';
import type { ServiceResolver } from './tunnel/service-backend.ts';
import type { Conversion } from './watch-cache/converted-cache.ts';

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
  /** Of this server as a client of aggregated API servers (--proxy-client-cert-file). */
  readonly frontProxyClient: KeyAndCertificate;
  /** `privateKey` signs (--service-account-signing-key-file); `others` are PEM of further keys that are accepted
   *  (--service-account-key-file). */
  readonly serviceAccount: { readonly privateKey: string; readonly others?: string };
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
  /** Reads what a node's containers use; by default from its kubelet. */
  readonly readKubelet?: SamplesOptions['read'];
  /** PEM of the CA of kubelets' serving certificates (--kubelet-certificate-authority); without it they are not verified. */
  readonly kubeletAuthority?: string;
  /** Users by static bearer token. */
  readonly staticTokens?: ReadonlyMap<string, User>;
  /** Metrics of other components in this process, in the Prometheus text format; appended to /metrics. */
  readonly moreMetrics?: () => string;
  /** Records requests (--audit-policy-file); nothing is recorded without it. */
  readonly auditor?: Auditor;
  /** More checks of /healthz, /livez and /readyz by their names; each returns why it fails. */
  readonly healthChecks?: Readonly<Record<string, () => string | undefined>>;
  /** --service-cluster-ip-range: one range, or one of each family, the first of which is the default; 10.96.0.0/16 by default. */
  readonly serviceCidrs?: readonly string[];
  /** --service-node-port-range, inclusive; 30000 to 32767 by default. */
  readonly nodePorts?: { readonly first: number; readonly last: number };
  /** --service-account-issuer: the first issues tokens, those of all are accepted. */
  readonly serviceAccountIssuers?: readonly string[];
  /** --service-account-signing-endpoint: in place of the keys among the certificates. */
  readonly tokenSource?: TokenSource;
  /** A year for the tokens of volumes that admission adds, and no limit for others, without it. */
  readonly tokenLifetimes?: TokenLifetimes;
  /** --service-account-jwks-uri */
  readonly serviceAccountJwksUri?: string;
  /** --api-audiences; the issuers by default. */
  readonly apiAudiences?: readonly string[];
  readonly authentication?: ConfiguredAuthentication;
  /** The name of this host, by which servers of one store differ; the machine's by default. */
  readonly hostname?: string;
  /** Names and addresses under which this server is reached: other servers let no node have a certificate for one of them. */
  readonly serverNames?: readonly string[];
  /** --authorization-mode or --authorization-config; Node and RBAC without them. */
  readonly authorization?: ConfiguredAuthorization;
  /** Where Services of aggregated API servers are reached: at their ready endpoints by default. */
  readonly serviceResolver?: ServiceResolver;
  /** What Pod Security admission does not check: the exemptions of its PodSecurityConfiguration. */
  readonly podSecurityExemptions?: PodSecurityExemptions;
  /** --feature-gates; all defaults without it. */
  readonly features?: FeatureGates;
  /** --runtime-config: further versions, and which resources are served; all stable ones without it. */
  readonly apis?: {
    readonly more: readonly AnyResource[];
    /** Conversions of those among them whose fields are not those of the stored version. */
    readonly conversions?: ReadonlyMap<AnyResource, Conversion>;
    /** Of those among them that have no stable version. */
    readonly strategies: Strategies;
    readonly serves: (resource: AnyResource['resource']) => boolean;
  };
  /** The scheduler that answers why a pod has no node (/why/); nobody answers without it. */
  readonly placements?: () => PlacementSource | undefined;
  /** What answers below /dashboard/; nothing without it. */
  readonly dashboard?: OpenDashboard;
  /** What /flagz shows. */
  readonly flags?: Readonly<Record<string, string>>;
  /** --disable-admission-plugins. */
  readonly disableAdmissionPlugins?: readonly string[];
}
