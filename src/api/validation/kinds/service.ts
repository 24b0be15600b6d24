// Validates Services: ports, addresses, and fields that are immutable once an address is assigned.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called through rule-book.ts.
import { addAll } from '../../../kit/lists.ts';
import type { Service, ServicePort } from '../../kinds/core/v1/service.ts';
import { isIP, isIPv4, validateCIDR, validateEndpointIP, validateIP } from '../addresses.ts';
import {
  checkItems,
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../field.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidPortNumber } from '../names.ts';
import { dns1035Name, validateLabels } from '../object-meta.ts';
import { validatePortNumberOrName } from '../pod/containers/probe.ts';
import type { Rules } from '../rules.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const protocols = ['SCTP', 'TCP', 'UDP'];

type Spec = NonNullable<Service['spec']>;

function service({ spec = {} }: Service): FieldError[] {
  const headless = spec.clusterIP === 'None';
  const errors: FieldError[] = [];
  if (!spec.ports?.length && !headless && spec.type !== 'ExternalName') errors.push(required('spec.ports'));
  addAll(errors, typeErrors(spec, headless));
  addAll(errors, portErrors(spec));
  addAll(errors, validateLabels(spec.selector, 'spec.selector'));
  addAll(errors, affinityErrors(spec));
  addAll(errors, clusterIPErrors(spec));
  checkItems(errors, spec.externalIPs, (ip, i) => {
    const path = `spec.externalIPs[${i}]`;
    addAll(errors, isIP(ip) ? validateEndpointIP(path, ip) : validateIP(path, ip));
  });
  if (!spec.type) errors.push(required('spec.type'));
  else if (!types.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, types));
  return [...errors, ...repeatedPorts(spec), ...balancerErrors(spec), ...trafficErrors(spec)];
}

function typeErrors(spec: Spec, headless: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.type === 'LoadBalancer') {
    if (headless)
      errors.push(
        invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for LoadBalancer services"),
      );
  }
  if (spec.type === 'NodePort' && headless)
    errors.push(invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for NodePort services"));
  if (spec.type !== 'ExternalName') return errors;
  // One address of a service has two names; strategies have not made them equal yet for this type.
  if (spec.clusterIPs?.length || spec.clusterIP)
    errors.push(forbidden('spec.clusterIPs', 'may not be set for ExternalName services'));
  if (spec.ipFamilies?.length)
    errors.push(forbidden('spec.ipFamilies', 'may not be set for ExternalName services'));
  if (spec.ipFamilyPolicy)
    errors.push(forbidden('spec.ipFamilyPolicy', 'may not be set for ExternalName services'));
  const name = spec.externalName ?? '';
  const plain = name.endsWith('.') ? name.slice(0, -1) : name;
  if (plain === '') errors.push(required('spec.externalName'));
  else addAll(errors, complaints('spec.externalName', plain, isDNS1123Subdomain(plain)));
  return errors;
}

function portErrors(spec: Spec): FieldError[] {
  const ports = spec.ports ?? [];
  const names = new Set<string>();
  return errorsOfItems(ports, (port, i) => onePort(port, `spec.ports[${i}]`, ports.length > 1, names));
}

/** The form in which upstream shows a repeated pair: a port of its internal type with no other field set. */
const portKey = ({ protocol, port }: ServicePort) => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
});

/** Whether an id has come before. */
const repeated = () => {
  const seen = new Set<string>();
  return (id: string): boolean => seen.has(id) || !seen.add(id);
};

function repeatedPorts(spec: Spec): FieldError[] {
  const ports = spec.ports ?? [];
  const repeats = (idOf: (port: ServicePort) => string) => ports.map(idOf).map(repeated());
  const nodePorts = repeats(({ protocol, nodePort }) => `${protocol}/${nodePort}`);
  const numbers = repeats(({ protocol, port }) => `${protocol}/${port}`);
  return [
    ...errorsOfItems(ports, ({ nodePort }, i) =>
      nodePort && spec.type === 'ClusterIP'
        ? [forbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'")]
        : [],
    ),
    ...errorsOfItems(ports, ({ nodePort }, i) =>
      nodePort && nodePorts[i] ? [duplicate(`spec.ports[${i}].nodePort`, nodePort)] : [],
    ),
    ...errorsOfItems(ports, (port, i) => (numbers[i] ? [duplicate(`spec.ports[${i}]`, portKey(port))] : [])),
  ];
}

function onePort(port: ServicePort, path: string, named: boolean, names: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  if (named && !port.name) errors.push(required(`${path}.name`));
  else if (port.name) {
    addAll(errors, complaints(`${path}.name`, port.name, isDNS1123Label(port.name)));
    if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
    names.add(port.name);
  }
  addAll(errors, complaints(`${path}.port`, port.port, isValidPortNumber(port.port)));
  if (!port.protocol) errors.push(required(`${path}.protocol`));
  else if (!protocols.includes(port.protocol))
    errors.push(notSupported(`${path}.protocol`, port.protocol, protocols));
  addAll(errors, validatePortNumberOrName(port.targetPort, `${path}.targetPort`));
  if (port.appProtocol)
    addAll(errors, complaints(`${path}.appProtocol`, port.appProtocol, isQualifiedName(port.appProtocol)));
  return errors;
}

const longestAffinity = 86400;

function affinityErrors(spec: Spec): FieldError[] {
  const { sessionAffinity, sessionAffinityConfig } = spec;
  if (!sessionAffinity) return [required('spec.sessionAffinity')];
  if (sessionAffinity !== 'None' && sessionAffinity !== 'ClientIP')
    return [notSupported('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None'])];
  const path = 'spec.sessionAffinityConfig';
  if (sessionAffinity === 'None')
    return sessionAffinityConfig ? [forbidden(path, `must not be set when session affinity is None`)] : [];
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds === undefined) return [required(path, 'when session affinity type is ClientIP')];
  return seconds <= 0 || seconds > longestAffinity
    ? [
        invalid(
          `${path}.clientIP.timeoutSeconds`,
          seconds,
          `must be greater than 0 and less than ${longestAffinity}`,
        ),
      ]
    : [];
}

function clusterIPErrors(spec: Spec): FieldError[] {
  const errors: FieldError[] = [];
  const ips = spec.clusterIPs ?? [];
  const path = 'spec.clusterIPs';
  if (ips.length > 0 && (spec.clusterIP ?? '') !== ips[0])
    errors.push(invalid(path, ips, 'first value must match `clusterIP`'));
  if (ips.length > 2) errors.push(invalid(path, ips, 'may only hold up to 2 values'));
  checkItems(errors, ips, (ip, i) => {
    if (ip === 'None') {
      if (ips.length > 1) errors.push(invalid(path, ips, "'None' must be the first and only value"));
    } else if (!isIP(ip)) addAll(errors, validateIP(`${path}[${i}]`, ip));
  });
  const families = spec.ipFamilies ?? [];
  checkItems(errors, families, (family, i) => {
    if (family !== 'IPv4' && family !== 'IPv6')
      errors.push(notSupported(`spec.ipFamilies[${i}]`, family, ['IPv4', 'IPv6']));
    const ip = ips[i];
    if (ip && isIP(ip) && isIPv4(ip) !== (family === 'IPv4'))
      errors.push(
        invalid(`${path}[${i}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``),
      );
  });
  return errors;
}

function balancerErrors(spec: Spec): FieldError[] {
  const balanced = spec.type === 'LoadBalancer';
  const only = "may only be used when `type` is 'LoadBalancer'";
  const errors: FieldError[] = [];
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0 && !balanced) errors.push(forbidden('spec.LoadBalancerSourceRanges', only));
  checkItems(errors, ranges, (range, i) => {
    addAll(errors, validateCIDR(`spec.LoadBalancerSourceRanges[${i}]`, range.trim()));
  });
  if (spec.allocateLoadBalancerNodePorts !== undefined && !balanced)
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', only));
  if (balanced && spec.allocateLoadBalancerNodePorts === undefined)
    errors.push(required('allocateLoadBalancerNodePorts'));
  return errors;
}

const external = (spec: Spec) =>
  spec.type === 'LoadBalancer' ||
  spec.type === 'NodePort' ||
  (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);

const checksHealth = ({ type, externalTrafficPolicy }: Spec) =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

const policies = ['Cluster', 'Local'];

function trafficErrors(spec: Spec): FieldError[] {
  const errors: FieldError[] = [];
  const { externalTrafficPolicy, internalTrafficPolicy, healthCheckNodePort } = spec;
  if (!external(spec)) {
    if (externalTrafficPolicy)
      errors.push(
        invalid(
          'spec.externalTrafficPolicy',
          externalTrafficPolicy,
          'may only be set for externally-accessible services',
        ),
      );
  } else if (!externalTrafficPolicy) errors.push(required('spec.externalTrafficPolicy'));
  else if (!policies.includes(externalTrafficPolicy))
    errors.push(notSupported('spec.externalTrafficPolicy', externalTrafficPolicy, policies));
  if (healthCheckNodePort && !checksHealth(spec))
    errors.push(
      invalid(
        'spec.healthCheckNodePort',
        healthCheckNodePort,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    );
  if (internalTrafficPolicy && !policies.includes(internalTrafficPolicy))
    errors.push(notSupported('spec.internalTrafficPolicy', internalTrafficPolicy, policies));
  return errors;
}

function serviceUpdate(s: Service, old: Service): FieldError[] {
  const errors = clusterIPUpdate(s.spec ?? {}, old.spec ?? {});
  const both = checksHealth(s.spec ?? {}) && checksHealth(old.spec ?? {});
  if (both && s.spec?.healthCheckNodePort !== old.spec?.healthCheckNodePort)
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'));
  return [...errors, ...service(s)];
}

/** An assigned address cannot change as long as the service has one. */
function clusterIPUpdate(spec: Spec, old: Spec): FieldError[] {
  if (old.type === 'ExternalName' || spec.type === 'ExternalName') return [];
  const before = old.clusterIPs ?? [];
  const after = spec.clusterIPs ?? [];
  for (const [i, which] of ['primary', 'secondary'].entries()) {
    const path = `spec.clusterIPs[${i}]`;
    if (!before[i] || after[i] === before[i]) continue;
    if (after[i]) return [invalid(path, after, 'may not change once set')];
    // The second address is released when a service changes to a single family.
    if (i === 0 || spec.ipFamilyPolicy !== 'SingleStack')
      return [invalid(path, after.length > 0 ? after : null, `${which} clusterIP can not be unset`)];
  }
  return [];
}

export const serviceRules: Rules<Service> = { name: dns1035Name, create: service, update: serviceUpdate };
