// Addresses as parts of names: of endpoints without a hostname, of pods, and of the reverse zones. Pure.
import { isIPv4, isIPv6 } from 'node:net';
import { addressOf, addressText } from '../../../api/addresses/prefix.ts';

/** The label of an endpoint: its hostname, else its address with dashes, as CoreDNS writes it. */
export function hostOf({ hostname }: { readonly hostname?: string }, address: string): string {
  if (hostname) return hostname;
  const dashed = address.toLowerCase().replace(/[.:]/g, '-');
  // A label does not end in a dash.
  return dashed.endsWith('-') ? `${dashed}0` : dashed;
}

/** The address that a label stands for (CoreDNS `pods insecure`): 1-2-3-4 or 2001-db8--1. */
export function podAddress(dashed: string): string | undefined {
  // Without dots, and without the zone that isIPv6 lets pass.
  if (!/^[0-9a-f-]*$/.test(dashed)) return undefined;
  const four = dashed.replaceAll('-', '.');
  if (isIPv4(four)) return four;
  const six = dashed.replaceAll('-', ':');
  return isIPv6(six) ? six : undefined;
}

export const REVERSE4 = '.in-addr.arpa';
export const REVERSE6 = '.ip6.arpa';

/** The canonical address of a complete name under in-addr.arpa or ip6.arpa. */
export function reverseAddress(name: string): string | undefined {
  if (name.endsWith(REVERSE4)) {
    const ip = name.slice(0, -REVERSE4.length).split('.').reverse().join('.');
    return isIPv4(ip) ? ip : undefined;
  }
  if (!name.endsWith(REVERSE6)) return undefined;
  const nibbles = name.slice(0, -REVERSE6.length);
  // 32 nibbles and the dots between them.
  if (nibbles.length !== 63 || !/^[0-9a-f](?:\.[0-9a-f])*$/.test(nibbles)) return undefined;
  const digits = nibbles.split('.').reverse();
  const groups = Array.from({ length: 8 }, (_, i) => digits.slice(4 * i, 4 * i + 4).join(''));
  return canonical(groups.join(':'));
}

/** An address as it is compared; what is none stays as it is. */
export function canonical(address: string): string {
  if (!address.includes(':')) return address;
  const parsed = addressOf(address);
  return parsed ? addressText(parsed) : address;
}
