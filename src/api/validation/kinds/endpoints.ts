// Validates Endpoints and EndpointSlices.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core and pkg/apis/discovery, validation. Called through rule-book.ts.
import { addAll } from '../../../kit/lists.ts';
import type { EndpointAddress, Endpoints } from '../../kinds/core/v1/endpoints.ts';
import type { Endpoint, EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { isIPv4, isLooseIP, strictIpComplaints, validateEndpointIP, validateNewIP } from '../addresses.ts';
import {
  checkItems,
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  internal,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../field.ts';
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isFullyQualifiedDomainName,
  isLabelValue,
  isQualifiedName,
  isValidPortNumber,
} from '../names.ts';
import { unchanged, validateLabels } from '../object-meta.ts';
import type { Rules } from '../rules.ts';
import { semanticEqual } from '../semantic.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

function portErrors({ protocol, appProtocol }: Port, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!protocol) errors.push(required(`${path}.protocol`));
  else if (!protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols));
  if (appProtocol !== undefined)
    addAll(errors, complaints(`${path}.appProtocol`, appProtocol, isQualifiedName(appProtocol)));
  return errors;
}

const numberErrors = (port: number | undefined, path: string): FieldError[] =>
  complaints(`${path}.port`, port ?? 0, isValidPortNumber(port));

const labelErrors = (name: string | undefined, path: string): FieldError[] =>
  name ? complaints(path, name, isDNS1123Label(name)) : [];

/** The names of an object's ports may repeat: slices of it are made by name. */
function subsetPortErrors(ports: readonly Port[], path: string): FieldError[] {
  return errorsOfItems(ports, (port, i) => {
    const at = `${path}[${i}]`;
    return [
      ...(ports.length > 1 && !port.name ? [required(`${at}.name`)] : labelErrors(port.name, `${at}.name`)),
      ...numberErrors(port.port, at),
      ...portErrors(port, at),
    ];
  });
}

const nodeNameErrors = (name: string | undefined, path: string): FieldError[] =>
  name === undefined ? [] : complaints(`${path}.nodeName`, name, isDNS1123Subdomain(name));

function validateAddress({ ip, hostname, nodeName }: EndpointAddress, path: string): FieldError[] {
  const at = `${path}.ip`;
  return [
    ...validateNewIP(at, ip),
    ...labelErrors(hostname, `${path}.hostname`),
    ...nodeNameErrors(nodeName, path),
    ...(isLooseIP(ip) ? validateEndpointIP(at, ip) : [invalid(at, ip, 'must be a valid IP address')]),
  ];
}

function subsetErrors({ subsets }: Endpoints): FieldError[] {
  return errorsOfItems(subsets, ({ addresses = [], notReadyAddresses = [], ports = [] }, i) => {
    const at = `subsets[${i}]`;
    const none = addresses.length + notReadyAddresses.length === 0;
    return [
      ...(none ? [required(at, 'must specify `addresses` or `notReadyAddresses`')] : []),
      ...errorsOfItems(addresses, (address, a) => validateAddress(address, `${at}.addresses[${a}]`)),
      ...errorsOfItems(notReadyAddresses, (address, a) =>
        validateAddress(address, `${at}.notReadyAddresses[${a}]`),
      ),
      ...subsetPortErrors(ports, `${at}.ports`),
    ];
  });
}

/** What older rules allowed stays as long as it does not change. */
const tolerated = (errors: FieldError[], value: unknown, old: unknown): FieldError[] =>
  errors.length > 0 && semanticEqual(value, old) ? [] : errors;

export const endpointsRules: Rules<Endpoints> = {
  create: subsetErrors,
  update: (endpoints, old) => tolerated(subsetErrors(endpoints), endpoints.subsets, old.subsets),
};

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];
const mostEndpoints = 1000;
const mostPorts = 100;
const mostAddresses = 100;
const mostTopologyLabels = 16;
const mostHints = 8;
const ZONE = 'topology.kubernetes.io/zone';

/** As upstream, the path of an address of the wrong family is that of the list. */
function addressErrors(type: string, address: string, list: string, i: number): FieldError[] {
  const path = `${list}[${i}]`;
  if (type === 'FQDN') return complaints(path, address, isFullyQualifiedDomainName(address));
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const wrong =
    type === 'IPv4' ? validateNewIP(path, address) : complaints(path, address, strictIpComplaints(address));
  if (wrong.length > 0) return wrong;
  const fits = isIPv4(address) === (type === 'IPv4');
  return [
    ...(fits ? [] : [invalid(list, address, `must be an ${type} address`)]),
    ...validateEndpointIP(path, address),
  ];
}

function endpointErrors(endpoint: Endpoint, type: string, path: string): FieldError[] {
  const { addresses = [], hostname, nodeName, deprecatedTopology = {}, hints } = endpoint;
  const list = `${path}.addresses`;
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(list, 'must contain at least 1 address'));
  else if (addresses.length > mostAddresses) errors.push(tooMany(list, addresses.length, mostAddresses));
  checkItems(errors, addresses, (address, i) => {
    addAll(errors, addressErrors(type, address, list, i));
  });
  addAll(errors, nodeNameErrors(nodeName, path));
  addAll(errors, topologyErrors(deprecatedTopology, `${path}.deprecatedTopology`));
  if (hostname !== undefined)
    addAll(errors, complaints(`${path}.hostname`, hostname, isDNS1123Label(hostname)));
  return hints ? [...errors, ...hintErrors(hints, `${path}.hints`)] : errors;
}

function topologyErrors(labels: Readonly<Record<string, string>>, path: string): FieldError[] {
  const count = Object.keys(labels).length;
  return [
    ...(count > mostTopologyLabels ? [tooMany(path, count, mostTopologyLabels)] : []),
    ...validateLabels(labels, path),
    ...(Object.hasOwn(labels, ZONE)
      ? [internal(`${path}[${ZONE}]`, 'reserved key was not removed in conversion')]
      : []),
  ];
}

type Hints = NonNullable<Endpoint['hints']>;

function hintErrors({ forZones = [], forNodes = [] }: Hints, path: string): FieldError[] {
  const zones = `${path}.forZones`;
  const nodes = `${path}.forNodes`;
  if (forZones.length > mostHints) return [tooMany(zones, forZones.length, mostHints)];
  const errors = namesErrors(forZones, zones, isLabelValue);
  if (forNodes.length > mostHints) return [...errors, tooMany(nodes, forNodes.length, mostHints)];
  return [...errors, ...namesErrors(forNodes, nodes, isDNS1123Subdomain)];
}

function namesErrors(
  items: readonly { readonly name: string }[],
  path: string,
  check: (name: string) => string[],
): FieldError[] {
  const seen = new Set<string>();
  return errorsOfItems(items, ({ name }, i) => {
    const at = `${path}[${i}].name`;
    const again = seen.has(name) ? [duplicate(at, name)] : [];
    seen.add(name);
    return [...again, ...complaints(at, name, check(name))];
  });
}

function slicePortErrors(ports: readonly Port[]): FieldError[] {
  if (ports.length > mostPorts) return [tooMany('ports', ports.length, mostPorts)];
  const names = new Set<string>();
  return errorsOfItems(ports, (port, i) => {
    const at = `ports[${i}]`;
    const { name = '' } = port;
    const again = names.has(name) ? [duplicate(`${at}.name`, name)] : [];
    names.add(name);
    return [
      ...labelErrors(name, `${at}.name`),
      ...again,
      ...(port.port === undefined ? [] : numberErrors(port.port, at)),
      ...portErrors(port, at),
    ];
  });
}

function typeErrors({ addressType }: EndpointSlice): FieldError[] {
  if (!addressType) return [required('addressType')];
  return addressTypes.includes(addressType) ? [] : [notSupported('addressType', addressType, addressTypes)];
}

function endpointsErrors({ endpoints = [], addressType }: EndpointSlice): FieldError[] {
  if (endpoints.length > mostEndpoints) return [tooMany('endpoints', endpoints.length, mostEndpoints)];
  return errorsOfItems(endpoints, (endpoint, i) => endpointErrors(endpoint, addressType, `endpoints[${i}]`));
}

export const endpointSliceRules: Rules<EndpointSlice> = {
  create: (slice) => [...typeErrors(slice), ...slicePortErrors(slice.ports ?? []), ...endpointsErrors(slice)],
  update: (slice, old) => [
    ...typeErrors(slice),
    ...slicePortErrors(slice.ports ?? []),
    ...tolerated(endpointsErrors(slice), slice.endpoints, old.endpoints),
    ...unchanged('addressType', slice.addressType, old.addressType),
  ],
};
