// What an HTTP provider answers, checked before anything is done with it: an answer is somebody else's input, and names of nodes, labels
// and addresses in it are written into the cluster. Fields that are not known are ignored. Pure. Called by http-provider.ts;
// docs/cloud-providers.md describes the same for those who write a provider.
import { addressOf, prefixOf } from '../../../api/addresses/prefix.ts';
import type { NodeAddress } from '../../../api/kinds/core/v1/node-status.ts';
import type { LoadBalancerStatus } from '../../../api/kinds/core/v1/service.ts';
import { isDNS1123Subdomain, isLabelValue, isQualifiedName } from '../../../api/validation/names.ts';
import type { InstanceMetadata, Route } from '../provider.ts';
import { fieldsOf, flag, invalidAnswer, listOf, oneOf, optional, port, text } from './fields.ts';

export const API_VERSION = 'cloud.tiphys/v1';

export interface Capabilities {
  readonly instances: boolean;
  readonly routes: boolean;
  readonly loadBalancers: boolean;
  readonly loadBalancerClass?: string;
}

export interface Instance extends InstanceMetadata {
  readonly shutdown: boolean;
}

const MOST_ADDRESSES = 64;
const MOST_LABELS = 64;
const MOST_ROUTES = 20_000;
const MOST_INGRESS = 32;
const MOST_PORTS = 128;
/** Characters of a provider's own names. */
const LONGEST = 512;

export function capabilitiesIn(answer: unknown): Capabilities {
  const { apiVersion, instances, routes, loadBalancers, loadBalancerClass } = fieldsOf(answer, 'the answer');
  if (apiVersion !== API_VERSION)
    throw invalidAnswer(`apiVersion must be ${API_VERSION}, not ${JSON.stringify(apiVersion)?.slice(0, 64)}`);
  const className = optional(loadBalancerClass, (value) => qualified(value, 'loadBalancerClass'));
  return {
    instances: flag(instances, 'instances'),
    routes: flag(routes, 'routes'),
    loadBalancers: flag(loadBalancers, 'loadBalancers'),
    ...(className && { loadBalancerClass: className }),
  };
}

/** Undefined only where the answer says null: a node without a machine is deleted, so nothing that is missing may mean that. */
export function instanceIn(answer: unknown): Instance | undefined {
  const { instance } = fieldsOf(answer, 'the answer');
  if (instance === null) return undefined;
  const fields = fieldsOf(instance, 'instance');
  const of = (name: string) => optional(fields[name], (value) => labelValue(value, `instance.${name}`));
  const [instanceType, zone, region] = [of('instanceType'), of('zone'), of('region')];
  const providerID = optional(fields.providerID, providerIDOf);
  return {
    ...(providerID && { providerID }),
    ...(instanceType && { instanceType }),
    ...(zone && { zone }),
    ...(region && { region }),
    addresses: addressesOf(fields.addresses, 'instance.addresses'),
    labels: labelsOf(fields.labels),
    shutdown: flag(fields.shutdown, 'instance.shutdown'),
  };
}

export const routesIn = (answer: unknown): readonly Route[] =>
  listOf(fieldsOf(answer, 'the answer').routes, 'routes', MOST_ROUTES).map((item, i) => {
    const at = `routes[${i}]`;
    const { name, targetNode, destinationCIDR, targetAddresses, blackhole } = fieldsOf(item, at);
    const leadsNowhere = flag(blackhole, `${at}.blackhole`);
    const addresses = optional(targetAddresses, (value) => addressesOf(value, `${at}.targetAddresses`));
    return {
      name: text(name, `${at}.name`, LONGEST),
      targetNode: leadsNowhere ? '' : subdomain(targetNode, `${at}.targetNode`),
      destinationCIDR: cidr(destinationCIDR, `${at}.destinationCIDR`),
      ...(addresses && { targetAddresses: addresses }),
      ...(leadsNowhere && { blackhole: true }),
    };
  });

/** Undefined where the answer says null: there is no load balancer. */
export function loadBalancerIn(answer: unknown): LoadBalancerStatus | undefined {
  const { loadBalancer } = fieldsOf(answer, 'the answer');
  return loadBalancer === null ? undefined : statusOf(loadBalancer);
}

export function ensuredIn(answer: unknown): LoadBalancerStatus {
  const status = loadBalancerIn(answer);
  if (!status) throw invalidAnswer('loadBalancer must be an object');
  return status;
}

export function statusOf(value: unknown): LoadBalancerStatus {
  const { ingress } = fieldsOf(value, 'loadBalancer');
  return { ingress: listOf(ingress ?? [], 'loadBalancer.ingress', MOST_INGRESS).map(ingressOf) };
}

function ingressOf(value: unknown, i: number) {
  const at = `loadBalancer.ingress[${i}]`;
  const fields = fieldsOf(value, at);
  const ip = optional(fields.ip, (one) => ipAddress(one, `${at}.ip`));
  const hostname = optional(fields.hostname, (one) => subdomain(one, `${at}.hostname`));
  if (!ip && !hostname) throw invalidAnswer(`${at} must have an ip or a hostname`);
  const ipMode = optional(fields.ipMode, (one) => oneOf(['VIP', 'Proxy'] as const, one, `${at}.ipMode`));
  const ports = listOf(fields.ports ?? [], `${at}.ports`, MOST_PORTS).map((one, n) => {
    const { port: number, protocol, error } = fieldsOf(one, `${at}.ports[${n}]`);
    const problem = optional(error, (reason) => qualified(reason, `${at}.ports[${n}].error`));
    return {
      port: port(number, `${at}.ports[${n}].port`),
      protocol: oneOf(['TCP', 'UDP', 'SCTP'] as const, protocol, `${at}.ports[${n}].protocol`),
      ...(problem && { error: problem }),
    };
  });
  return {
    ...(ip && { ip, ipMode: ipMode ?? 'VIP' }),
    ...(hostname && { hostname }),
    ...(ports.length > 0 && { ports }),
  };
}

const IP_TYPES = ['InternalIP', 'ExternalIP'] as const;
const TYPES = [...IP_TYPES, 'Hostname', 'InternalDNS', 'ExternalDNS'] as const;

const addressesOf = (value: unknown, at: string): readonly NodeAddress[] =>
  listOf(value ?? [], at, MOST_ADDRESSES).map((item, i) => {
    const fields = fieldsOf(item, `${at}[${i}]`);
    const type = oneOf(TYPES, fields.type, `${at}[${i}].type`);
    const check = IP_TYPES.some((one) => one === type) ? ipAddress : subdomain;
    return { type, address: check(fields.address, `${at}[${i}].address`) };
  });

function labelsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(fieldsOf(value ?? {}, 'instance.labels'));
  if (entries.length > MOST_LABELS) throw invalidAnswer(`instance.labels has more than ${MOST_LABELS} items`);
  return Object.fromEntries(
    entries.map(([name, one]) => [
      qualified(name, 'a name in instance.labels'),
      labelValue(one, `instance.labels[${name.slice(0, 64)}]`),
    ]),
  );
}

/** As `name-of-the-provider://id`. */
function providerIDOf(value: unknown): string {
  const id = text(value, 'instance.providerID', LONGEST);
  if (/^[a-z][a-z0-9.+-]*:\/\/[!-~]+$/.test(id)) return id;
  throw invalidAnswer('instance.providerID must be like provider://id');
}

const checked =
  (complaints: (value: string) => readonly string[]) =>
  (value: unknown, at: string): string => {
    const given = text(value, at, LONGEST);
    const [problem] = complaints(given);
    if (problem) throw invalidAnswer(`${at} ${problem}`);
    return given;
  };

const qualified = checked(isQualifiedName);
const labelValue = checked(isLabelValue);
const subdomain = checked(isDNS1123Subdomain);
const ipAddress = checked((one) => (addressOf(one) ? [] : ['must be an IP address']));
const cidr = checked((one) => (prefixOf(one) ? [] : ['must be a range of addresses']));
