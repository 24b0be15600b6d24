// Certificates of listeners, and what clients' certificates are checked with. Of several references those that can be used are.
import { createHash } from 'node:crypto';
import type { Gateway } from '../../../api/kinds/gateway/v1/gateway.ts';
import type { Listener } from '../../../api/kinds/gateway/v1/listeners.ts';
import { authoritiesOf, type Pem, pemOfSecret } from '../../certificates.ts';
import { isName } from '../../model/alphabets.ts';
import type { ClientCertificates } from '../../model/entrances.ts';
import type { Certificate } from '../../model/routes.ts';
import { isPermitted, type Referrer } from '../backends/grants.ts';
import { modelHost } from '../hosts.ts';
import { type Fault, shown } from '../verdict.ts';
import type { Lookups } from '../world.ts';
import type { Owner } from './owner.ts';

interface SecretReference {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
}

/** The key pair of a Secret that `from` refers to. */
export function keyPairOf(
  from: Referrer,
  { group = '', kind = 'Secret', name, namespace = from.namespace }: SecretReference,
  world: Lookups,
  invalid: string,
): { readonly key: string; readonly pem: string } | Fault {
  if (group !== '' || kind !== 'Secret')
    return {
      reason: invalid,
      message: `${shown(kind)} of group ${shown(group)} is not supported: only Secrets are`,
    };
  if (!isPermitted(world, from, { group, kind, namespace, name }))
    return notPermitted('Secret', namespace, name);
  const found: Pem = isName(name)
    ? pemOfSecret(name, world.secret(namespace, name))
    : { problem: 'no such Secret' };
  return 'problem' in found
    ? { reason: invalid, message: found.problem }
    : { key: `${namespace}/${name}`, pem: found.pem };
}

export const notPermitted = (kind: string, namespace: string, name: string): Fault => ({
  reason: 'RefNotPermitted',
  message: `no ReferenceGrant of namespace ${namespace} permits the reference to ${kind} ${shown(name)}`,
});

export function certificatesOf(
  { kind, object }: Owner,
  { protocol, tls, hostname = '' }: Readonly<Listener>,
  world: Lookups,
): { readonly certificates: readonly Certificate[]; readonly unresolved?: Fault } {
  if ((protocol !== 'HTTPS' && protocol !== 'TLS') || tls?.mode === 'Passthrough')
    return { certificates: [] };
  const certificates = new Map<string, Certificate>();
  let unresolved: Fault | undefined;
  const from = { kind, namespace: object.metadata.namespace! };
  for (const reference of tls?.certificateRefs ?? []) {
    const found = keyPairOf(from, reference, world, 'InvalidCertificateRef');
    if ('reason' in found) unresolved ??= found;
    else {
      const name = createHash('sha256').update(found.key).digest('hex').slice(0, 32);
      certificates.set(name, { name, hosts: [modelHost(hostname)], pem: found.pem });
    }
  }
  if (certificates.size === 0)
    unresolved ??= { reason: 'InvalidCertificateRef', message: 'the listener has no certificateRefs' };
  return { certificates: [...certificates.values()], ...(unresolved && { unresolved }) };
}

/** `invalid`: clients cannot be checked, so that none is served. */
export function clientCertificatesOf(
  gateway: Readonly<Gateway>,
  { protocol, port }: Pick<Listener, 'protocol' | 'port'>,
  world: Lookups,
): { readonly clients?: ClientCertificates; readonly unresolved?: Fault; readonly invalid: boolean } {
  const frontend = gateway.spec.tls?.frontend;
  if (!frontend || protocol !== 'HTTPS') return { invalid: false };
  const own = frontend.perPort?.find((one) => one.port === port);
  const { validation } = own ? own.tls : frontend.default;
  if (!validation) return { invalid: false };
  const from = { kind: 'Gateway', namespace: gateway.metadata.namespace! };
  let unresolved: Fault | undefined;
  const pems: string[] = [];
  for (const { group, kind, name, namespace = from.namespace } of validation.caCertificateRefs) {
    const found = authorities(from, { group, kind, name, namespace }, world);
    if ('reason' in found) unresolved ??= found;
    else pems.push(found.pem);
  }
  if (pems.length === 0) return { invalid: true, ...(unresolved && { unresolved }) };
  const required = validation.mode !== 'AllowInsecureFallback';
  return {
    clients: { authorities: pems.join(''), required },
    invalid: false,
    ...(unresolved && { unresolved }),
  };
}

function authorities(
  from: Referrer,
  to: { group: string; kind: string; name: string; namespace: string },
  world: Lookups,
): { readonly pem: string } | Fault {
  if (to.group !== '' || to.kind !== 'ConfigMap')
    return {
      reason: 'InvalidCACertificateKind',
      message: `${shown(to.kind)} of group ${shown(to.group)} is not supported: only ConfigMaps are`,
    };
  if (!isPermitted(world, from, to)) return notPermitted(to.kind, to.namespace, to.name);
  const found = authoritiesOf(to.name, world.configMap(to.namespace, to.name));
  return 'problem' in found ? { reason: 'InvalidCACertificateRef', message: found.problem } : found;
}
