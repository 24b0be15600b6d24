// Names and digests as the OCI distribution specification writes them. Paths on disk are made of nothing else. Pure.

/** Characters of a repository's name: longer ones do not fit in the reference of an image together with a host. */
const LONGEST_NAME = 255;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
/** Hexadecimal digits of the algorithms that are served. */
const DIGITS: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };
const HEX = /^[a-f0-9]+$/;
/** A host with an optional port, as it stands before an image's name: IPv6 addresses have brackets. */
const HOST = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?|\[[a-fA-F0-9:]{2,45}\])(?::[0-9]{1,5})?$/;

export const isRepository = (name: string): boolean =>
  name.length <= LONGEST_NAME && name.split('/').every((part) => COMPONENT.test(part));

export const isTag = (tag: string): boolean => TAG.test(tag);

export const isHost = (host: string): boolean => HOST.test(host);

export interface Digest {
  readonly algorithm: string;
  readonly hex: string;
  /** `algorithm:hex`. */
  readonly text: string;
}

/** Undefined when it is malformed or of an algorithm that is not served. */
export function parseDigest(text: string): Digest | undefined {
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, colon);
  const hex = text.slice(colon + 1);
  if (!Object.hasOwn(DIGITS, algorithm) || hex.length !== DIGITS[algorithm] || !HEX.test(hex))
    return undefined;
  return { algorithm, hex, text };
}
