// The words [LOCAL_PORT:]REMOTE_PORT: names of ports resolved, Service ports translated to those of the pod, then read as numbers.
// Pure; called by command.ts.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';

export interface ForwardedPort {
  /** 0: any that is free. */
  readonly local: number;
  readonly remote: number;
}

function split(word: string): readonly [local: string, remote: string] {
  const parts = word.split(':');
  return parts.length === 2 ? [parts[0]!, parts[1]!] : [parts[0]!, parts[0]!];
}

const isInteger = (text: string): boolean => /^[+-]?\d{1,18}$/.test(text);

function podPort(pod: Readonly<Pod>, name: string): number {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const found = containers.flatMap(({ ports = [] }) => ports).find((port) => port.name === name);
  if (!found) throw new Error(`Pod '${pod.metadata.name}' does not have a named port '${name}'`);
  return found.containerPort;
}

function servicePort(service: Readonly<Service>, name: string): number {
  const found = service.spec?.ports?.find((port) => port.name === name);
  if (!found) throw new Error(`Service '${service.metadata.name}' does not have a named port '${name}'`);
  return found.port;
}

function targetPort(service: Readonly<Service>, pod: Readonly<Pod>, port: number): number {
  const found = service.spec?.ports?.find((candidate) => candidate.port === port);
  if (!found) throw new Error(`Service ${service.metadata.name} does not have a service port ${port}`);
  if (service.spec?.clusterIP === 'None') return port;
  const { targetPort } = found;
  if (typeof targetPort === 'string') return podPort(pod, targetPort);
  return Number(targetPort ?? 0) || found.port;
}

const word = (local: string, remote: number): string =>
  local === String(remote) ? local : `${local}:${remote}`;

/** Words with the pod's port numbers in place of a Service's ports and names. */
export const translatedToPod = (
  words: readonly string[],
  service: Readonly<Service>,
  pod: Readonly<Pod>,
): string[] =>
  words.map((given) => {
    const [local, remote] = split(given);
    if (isInteger(remote)) return word(local, targetPort(service, pod, Number(remote)));
    const port = servicePort(service, remote);
    return word(local === remote ? String(port) : local, targetPort(service, pod, port));
  });

/** Words with numbers in place of the names of the pod's ports. */
export const withNumbers = (words: readonly string[], pod: Readonly<Pod>): string[] =>
  words.map((given) => {
    const [local, remote] = split(given);
    if (remote === '') throw new Error('remote port cannot be empty');
    const port = isInteger(remote) ? remote : String(podPort(pod, remote));
    return local === remote ? port : `${local}:${port}`;
  });

/** Throws for a port that is there for UDP only, which is not forwarded. */
export function refuseUdp(words: readonly string[], object: Readonly<Pod> | Readonly<Service>): void {
  const isService = object.kind === 'Service';
  const protocols = isService
    ? ((object as Service).spec?.ports ?? []).map(({ port, protocol }) => ({ port, protocol }))
    : ((object as Pod).spec?.containers ?? []).flatMap(({ ports = [] }) =>
        ports.map(({ containerPort, protocol }) => ({ port: containerPort, protocol })),
      );
  const of = (wanted: string) =>
    new Set(protocols.filter(({ protocol = 'TCP' }) => protocol === wanted).map(({ port }) => port));
  const [udp, tcp] = [of('UDP'), of('TCP')];
  for (const given of words) {
    const [, remote] = split(given);
    const port = isInteger(remote)
      ? Number(remote)
      : isService
        ? servicePort(object as Service, remote)
        : podPort(object as Pod, remote);
    if (udp.has(port) && !tcp.has(port)) throw new Error(`UDP protocol is not supported for ${remote}`);
  }
}

export const forwardedPorts = (words: readonly string[]): ForwardedPort[] =>
  words.map((given) => {
    const parts = given.split(':');
    if (parts.length > 2) throw new Error(`invalid port format '${given}'`);
    const remoteText = parts.at(-1)!;
    const local = portNumber(parts.length === 1 ? remoteText : parts[0] || '0', 'local');
    const remote = portNumber(remoteText, 'remote');
    if (remote === 0) throw new Error('remote port must be > 0');
    return { local, remote };
  });

function portNumber(text: string, side: 'local' | 'remote'): number {
  const failed = (why: string) =>
    new Error(
      `error parsing ${side} port '${text}': strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`,
    );
  if (!/^\d+$/.test(text)) throw failed('invalid syntax');
  const value = text.length > 10 ? Number.POSITIVE_INFINITY : Number(text);
  if (value > 65535) throw failed('value out of range');
  return value;
}
