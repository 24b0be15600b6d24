// The names that one Service has: its own with its cluster IPs or endpoints, those of its endpoints, or an alias. Made from the
// Service and its slices on first use, and dropped with the first change to one of them (service-book.ts). Pure.
import { isIP } from 'node:net';
import { isEndpointReady } from '../../../api/endpoints/conditions.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import { TYPE } from '../message/codes.ts';
import { isName } from '../message/name.ts';
import { hostOf } from './names.ts';

/** An address with a port, and the name that has this address. */
export interface Entry {
  readonly type: number;
  readonly address: string;
  /** Undefined for endpoints without ports. */
  readonly port: number | undefined;
  /** In lower case. */
  readonly portName: string;
  readonly protocol: string;
  readonly target: string;
}

export class ServiceNames {
  /** Of an ExternalName Service. */
  readonly alias: string | undefined;
  /** Of the Service's own name; none for an ExternalName Service. */
  readonly entries: readonly Entry[];
  /** Of all endpoints. */
  readonly #endpoints: () => readonly Entry[];
  readonly #zone: string;
  #hosts: Map<string, Entry[]> | undefined;

  /** `zone` is the Service's name. */
  constructor(zone: string, spec: NonNullable<Service['spec']>, slices: readonly EndpointSlice[]) {
    this.#zone = zone;
    const external = spec.type === 'ExternalName';
    this.alias = external ? aliasOf(spec.externalName) : undefined;
    const endpoints = () => (external ? [] : slices.flatMap((slice) => endpointEntries(slice, zone)));
    const headless = spec.clusterIP === 'None' ? endpoints() : undefined;
    this.#endpoints = () => headless ?? endpoints();
    this.entries = headless ?? (external ? [] : clusterEntries(spec, zone));
  }

  /** Of the endpoints with a host name. */
  host(name: string): readonly Entry[] {
    this.#hosts ??= Map.groupBy(this.#endpoints(), ({ target }) => target);
    return this.#hosts.get(`${name}.${this.#zone}`) ?? [];
  }
}

/** No alias of an address, of which the API warns, nor of what cannot be a name. */
function aliasOf(externalName = ''): string | undefined {
  const name = externalName.toLowerCase().replace(/\.$/, '');
  return isIP(name) || !isName(name) ? undefined : name;
}

function clusterEntries(spec: NonNullable<Service['spec']>, zone: string): Entry[] {
  return (spec.ports ?? []).flatMap((given) => {
    const port = portOf(given);
    return (spec.clusterIPs ?? []).map((address) => entry(address, port, zone));
  });
}

/** Of the ready endpoints, as in CoreDNS. */
function endpointEntries(slice: EndpointSlice, zone: string): Entry[] {
  if (slice.addressType === 'FQDN') return [];
  const ports = (slice.ports?.length ? slice.ports : [{}]).map(portOf);
  return (slice.endpoints ?? []).filter(isEndpointReady).flatMap((endpoint) =>
    endpoint.addresses.flatMap((address) => {
      const target = `${hostOf(endpoint, address)}.${zone}`;
      return ports.map((port) => entry(address, port, target));
    }),
  );
}

type Port = Pick<Entry, 'port' | 'portName' | 'protocol'>;

interface GivenPort {
  readonly name?: string;
  readonly protocol?: string;
  readonly port?: number;
}

const portOf = ({ name = '', protocol = 'TCP', port }: GivenPort): Port => ({
  port,
  portName: name.toLowerCase(),
  protocol: protocol.toLowerCase(),
});

const entry = (address: string, { port, portName, protocol }: Port, target: string): Entry => ({
  type: address.includes(':') ? TYPE.AAAA : TYPE.A,
  address,
  port,
  portName,
  protocol,
  target,
});
