// Protocols and ports as nft takes them: nothing else may pass from an object into root's `nft`. Pure.

export type Protocol = 'tcp' | 'udp' | 'sctp';

const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['TCP', 'tcp'],
  ['UDP', 'udp'],
  ['SCTP', 'sctp'],
]);

/** TCP where none is given; undefined for one that no policy can name. */
export const protocolOf = (name = 'TCP'): Protocol | undefined => PROTOCOLS.get(name);

export const isPort = (port: unknown): port is number =>
  Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;
