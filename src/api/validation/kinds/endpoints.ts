// Validates Endpoints and EndpointSlices.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core and pkg/apis/discovery, validation. Called through rule-book.ts.
import { addAll } from '../../../kit/lists.ts';
import type { EndpointAddress, Endpoints } from '../../kinds/core/v1/endpoints.ts';
import type { Endpoint, EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { isIP, isIPv4, isIPv6, validateEndpointIP, validateIP } from '../addresses.ts';
import {
  checkItems,
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../field.ts';
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isFullyQualifiedDomainName,
  isQualifiedName,
  isValidPortNumber,
} from '../names.ts';
import { unchanged } from '../object-meta.ts';
import type { Rules } from '../rules.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

function validatePorts(ports: readonly Port[], path: string, needNames: boolean): FieldError[] {
  const names = new Set<string>();
  return errorsOfItems(ports, ({ name = '', port, protocol, appProtocol }, i) => {
    const at = `${path}[${i}]`;
    const errors: FieldError[] = [];
    if (needNames && name === '') errors.push(required(`${at}.name`));
    else if (name !== '') addAll(errors, complaints(`${at}.name`, name, isDNS1123Label(name)));
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (port !== undefined) addAll(errors, complaints(`${at}.port`, port, isValidPortNumber(port)));
    if (!protocol) errors.push(required(`${at}.protocol`));
    else if (!protocols.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, protocols));
    if (appProtocol)
      addAll(errors, complaints(`${at}.appProtocol`, appProtocol, isQualifiedName(appProtocol)));
    return errors;
  });
}

function validateAddress({ ip, hostname, nodeName }: EndpointAddress, path: string): FieldError[] {
  const errors = isIP(ip) ? [] : validateIP(`${path}.ip`, ip);
  if (hostname) addAll(errors, complaints(`${path}.hostname`, hostname, isDNS1123Label(hostname)));
  if (nodeName) addAll(errors, complaints(`${path}.nodeName`, nodeName, isDNS1123Subdomain(nodeName)));
  return isIP(ip) ? [...errors, ...validateEndpointIP(`${path}.ip`, ip)] : errors;
}

function endpoints({ subsets }: Endpoints): FieldError[] {
  return errorsOfItems(subsets, ({ addresses = [], notReadyAddresses = [], ports = [] }, i) => {
    const at = `subsets[${i}]`;
    const none = addresses.length + notReadyAddresses.length === 0;
    return [
      ...(none ? [required(at, 'must specify `addresses` or `notReadyAddresses`')] : []),
      ...errorsOfItems(addresses, (address, a) => validateAddress(address, `${at}.addresses[${a}]`)),
      ...errorsOfItems(notReadyAddresses, (address, a) =>
        validateAddress(address, `${at}.notReadyAddresses[${a}]`),
      ),
      ...validatePorts(ports, `${at}.ports`, ports.length > 1),
    ];
  });
}

export const endpointsRules: Rules<Endpoints> = { create: endpoints };

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];
const mostEndpoints = 1000;
const mostPorts = 100;
const mostAddresses = 100;

function addressErrors(type: string, address: string, path: string): FieldError[] {
  if (type === 'FQDN') return complaints(path, address, isFullyQualifiedDomainName(address));
  if (type === 'IPv4')
    return isIPv4(address)
      ? validateEndpointIP(path, address)
      : [invalid(path, address, 'must be an IPv4 address')];
  return isIPv6(address)
    ? validateEndpointIP(path, address)
    : [invalid(path, address, 'must be an IPv6 address')];
}

function endpointErrors(endpoint: Endpoint, type: string, path: string): FieldError[] {
  const { addresses = [], hostname, nodeName, hints } = endpoint;
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(`${path}.addresses`, 'must contain at least 1 address'));
  else if (addresses.length > mostAddresses)
    errors.push(tooMany(`${path}.addresses`, addresses.length, mostAddresses));
  checkItems(errors, addresses, (address, i) => {
    addAll(errors, addressErrors(type, address, `${path}.addresses[${i}]`));
  });
  if (nodeName !== undefined)
    addAll(errors, complaints(`${path}.nodeName`, nodeName, isDNS1123Subdomain(nodeName)));
  if (hostname !== undefined)
    addAll(errors, complaints(`${path}.hostname`, hostname, isDNS1123Label(hostname)));
  if ((hints?.forZones?.length ?? 0) > 8)
    errors.push(tooMany(`${path}.hints.forZones`, hints?.forZones?.length ?? 0, 8));
  return errors;
}

function endpointSlice(slice: EndpointSlice): FieldError[] {
  const errors: FieldError[] = [];
  if (!slice.addressType) errors.push(required('addressType'));
  else if (!addressTypes.includes(slice.addressType))
    errors.push(notSupported('addressType', slice.addressType, addressTypes));
  const list = slice.endpoints ?? [];
  if (list.length > mostEndpoints) errors.push(tooMany('endpoints', list.length, mostEndpoints));
  else
    checkItems(errors, list, (endpoint, i) => {
      addAll(errors, endpointErrors(endpoint, slice.addressType, `endpoints[${i}]`));
    });
  const ports = slice.ports ?? [];
  if (ports.length > mostPorts) errors.push(tooMany('ports', ports.length, mostPorts));
  else addAll(errors, validatePorts(ports, 'ports', false));
  return errors;
}

export const endpointSliceRules: Rules<EndpointSlice> = {
  create: endpointSlice,
  update: (slice, old) => [
    ...endpointSlice(slice),
    ...unchanged('addressType', slice.addressType, old.addressType),
  ],
};
