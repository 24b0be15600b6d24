// BackendTLSPolicies: how a Service's port is reached with TLS, and what becomes of each policy. Pure; called by backends.ts for a port,
// and by compile.ts for the policies' status.
import type { Service, ServicePort } from '../../../api/kinds/core/v1/service.ts';
import type { BackendTLSPolicy } from '../../../api/kinds/gateway/v1/backend-tls-policy.ts';
import { authoritiesOf } from '../../certificates.ts';
import { isHostName, isPlainValue } from '../../model/alphabets.ts';
import type { Trust } from '../../model/policy.ts';
import { byAge } from '../age.ts';
import { type Fault, fine, shown, type Verdict, verdictOf } from '../verdict.ts';
import type { Lookups } from '../world.ts';

type Policy = Readonly<BackendTLSPolicy>;

/** 'invalid': requests to it fail, for they would go without the protection that was asked for. */
export function trustOf(
  { metadata }: Readonly<Service>,
  { name }: Pick<ServicePort, 'name'>,
  world: Lookups,
): Trust | 'invalid' | undefined {
  const policies = [...world.policies(metadata.namespace!)].sort(byAge);
  const policy =
    (name && policies.find((one) => targets(one, metadata.name!, name))) ||
    policies.find((one) => targets(one, metadata.name!, undefined));
  return policy && (checked(policy, world).trust ?? 'invalid');
}

/** Whether one of the policy's targets is a Service, as a whole or by the name of a port. */
const targets = ({ spec }: Policy, service: string, section: string | undefined): boolean =>
  spec.targetRefs.some(
    ({ group, kind, name, sectionName }) =>
      group === '' && kind === 'Service' && name === service && (sectionName ?? '') === (section ?? ''),
  );

export const targetedServices = ({ spec }: Policy): string[] =>
  spec.targetRefs.filter(({ group, kind }) => group === '' && kind === 'Service').map(({ name }) => name);

/** Conditions of a policy; they are the same for all Gateways. */
export function policyVerdicts(policy: Policy, world: Lookups): Verdict[] {
  const { trust, unresolved, invalid } = checked(policy, world);
  const resolved = verdictOf('ResolvedRefs', unresolved);
  if (invalid) return [verdictOf('Accepted', invalid), resolved];
  const conflict = conflictOf(policy, world);
  if (conflict) return [verdictOf('Accepted', conflict), resolved];
  if (!trust) {
    const message = 'none of the caCertificateRefs can be used';
    return [verdictOf('Accepted', { reason: 'NoValidCACertificate', message }), resolved];
  }
  return [fine('Accepted'), resolved];
}

/** All targets belong to older policies. */
function conflictOf(policy: Policy, world: Lookups): Fault | undefined {
  const older = world
    .policies(policy.metadata.namespace!)
    .filter((one) => one !== policy && byAge(one, policy) < 0);
  const taken = policy.spec.targetRefs.every(({ group, kind, name, sectionName }) =>
    group === '' && kind === 'Service' ? older.some((one) => targets(one, name, sectionName)) : true,
  );
  if (!taken || older.length === 0) return undefined;
  return { reason: 'Conflicted', message: 'an older BackendTLSPolicy has the same target' };
}

interface Checked {
  readonly trust?: Trust;
  readonly unresolved?: Fault;
  readonly invalid?: Fault;
}

function checked({ metadata, spec: { validation } }: Policy, world: Lookups): Checked {
  const {
    hostname,
    caCertificateRefs = [],
    subjectAltNames = [],
    wellKnownCACertificates: known,
  } = validation;
  const names = subjectAltNames.map(({ type, hostname: host = '', uri = '' }) =>
    type === 'URI' ? uri : host,
  );
  const bad = names.find((name) => !isPlainValue(name.replace(/^\*\./, '')));
  if (!isHostName(hostname) || bad !== undefined)
    return { invalid: { reason: 'Invalid', message: `${shown(bad ?? hostname)} is not supported` } };
  const base = { hostname, ...(names.length > 0 && { names }) };
  if (known === 'System') return { trust: base };
  if (known) return { invalid: { reason: 'Invalid', message: `${shown(known)} is not supported` } };
  let unresolved: Fault | undefined;
  const pems: string[] = [];
  for (const { group, kind, name } of caCertificateRefs) {
    const found = authority(group, kind, metadata.namespace!, name, world);
    if ('reason' in found) unresolved ??= found;
    else pems.push(found.pem);
  }
  return {
    ...(pems.length > 0 && { trust: { ...base, authorities: pems.join('') } }),
    ...(unresolved && { unresolved }),
  };
}

function authority(
  group: string,
  kind: string,
  namespace: string,
  name: string,
  world: Lookups,
): { readonly pem: string } | Fault {
  if (group !== '' || kind !== 'ConfigMap')
    return {
      reason: 'InvalidKind',
      message: `${shown(kind)} of group ${shown(group)} is not supported: only ConfigMaps are`,
    };
  const found = authoritiesOf(name, world.configMap(namespace, name));
  return 'problem' in found ? { reason: 'InvalidCACertificateRef', message: found.problem } : found;
}
