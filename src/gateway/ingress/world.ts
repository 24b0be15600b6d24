// What compile.ts is given, and what it has to say about it besides the model.
import type { Secret } from '../../api/kinds/core/v1/secret.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { Ingress } from '../../api/kinds/networking/v1/ingress.ts';

export interface World {
  /** Those of our classes. */
  readonly ingresses: readonly Readonly<Ingress>[];
  service(namespace: string, name: string): Readonly<Service> | undefined;
  slices(namespace: string, service: string): readonly Readonly<EndpointSlice>[];
  /** Whether the proxy may connect to an address: it stands outside of the cluster's networks and their rules. */
  reaches(ip: string): boolean;
  secret(namespace: string, name: string): Readonly<Secret> | undefined;
}

export interface Problem {
  readonly ingress: Readonly<Ingress>;
  readonly reason: 'Rejected' | 'Conflict' | 'AnnotationIgnored' | 'CertificateNotUsed' | 'BackendNotServed';
  readonly message: string;
}
