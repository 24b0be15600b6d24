// Where and how the server of a RemoteService is reached: a ready endpoint of its Service, TLS with the front proxy's certificate,
// and the authority that the APIService names. Upstream: BuildTransportConfig in kube-aggregator's remote_available_controller.go,
// and ResolveEndpoint in staging/src/k8s.io/apiserver/pkg/util/proxy/proxy.go.
import { createSecureContext, type SecureContext } from 'node:tls';
import { serviceUnavailable } from '../../../api/status/status-error.ts';
import type { HttpTarget } from '../../../kit/http1/upgrade.ts';
import { type Backends, type ServiceResolver, serviceBackend } from '../../tunnel/service-backend.ts';
import type { RemoteService } from '../remote-service.ts';

/** Cluster IPs and names lead nowhere from this process, which is in no node: requests go to endpoints
 *  (--enable-aggregator-routing). An external name can only stand for another Service, of this or another namespace. */
export const endpointResolver =
  (backends: Backends): ServiceResolver =>
  (namespace, name, port) => {
    const spec = (inside: string, of: string) => backends.services.cache.get(inside, of)?.object.spec;
    const { type, externalName = '' } = spec(namespace, name) ?? {};
    if (type !== 'ExternalName') return serviceBackend(backends, namespace, name, String(port));
    const [, service, within] = SERVICE_NAME.exec(externalName) ?? [];
    if (!service || !within || spec(within, service)?.type === 'ExternalName')
      throw new Error(`unsupported service type ${JSON.stringify(type)}`);
    return serviceBackend(backends, within, service, String(port));
  };

/** The name of a Service in the cluster's DNS. */
const SERVICE_NAME = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?\.?$/;

/** PEM. */
interface KeyAndCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Characters of an authority bundle: each certificate takes some 50 µs to parse. Upstream has no limit. */
const MAX_CA = 256 * 1024;

export class Connections {
  readonly #resolve: ServiceResolver;
  #certificate: KeyAndCertificate | undefined;
  #contexts = new WeakMap<RemoteService, SecureContext>();

  constructor(resolve: ServiceResolver, certificate: KeyAndCertificate | undefined) {
    this.#resolve = resolve;
    this.#certificate = certificate;
  }

  setCertificate(certificate: KeyAndCertificate): void {
    this.#certificate = certificate;
    this.#contexts = new WeakMap();
  }

  /** Throws if there is no endpoint, or the authorities cannot be read. */
  target(remote: RemoteService): Omit<HttpTarget, 'path'> {
    const { namespace, name, port } = remote.service;
    const secureContext = this.contextOf(remote);
    const backend = this.#resolve(namespace, name, port);
    if (!backend) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`);
    const servername = `${name}.${namespace}.svc`;
    return { ...backend, tls: { secureContext, servername, rejectUnauthorized: !remote.insecure } };
  }

  /** Parsed once for all connections. */
  contextOf(remote: RemoteService): SecureContext {
    const known = this.#contexts.get(remote);
    if (known) return known;
    const made = contextFor(remote, this.#certificate);
    this.#contexts.set(remote, made);
    return made;
  }
}

function contextFor({ ca }: RemoteService, certificate: KeyAndCertificate | undefined): SecureContext {
  const own = certificate && { cert: certificate.certificate, key: certificate.key };
  if (ca.length > MAX_CA) throw new Error(`unable to load root certificates: more than ${MAX_CA} bytes`);
  if (ca && !ca.includes('-----BEGIN CERTIFICATE-----'))
    throw new Error('unable to load root certificates: unable to parse bytes as PEM block');
  try {
    return createSecureContext({ ...own, ...(ca && { ca }) });
  } catch (cause) {
    throw new Error('unable to load root certificates: unable to parse bytes as PEM block', { cause });
  }
}
