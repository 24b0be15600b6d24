// The hardware address of a node's VXLAN device follows from the node's name: nobody else's does. Pure.
import { createHash } from 'node:crypto';

/** The same whenever the device is made, locally administered, and of one interface. */
export function macOf(name: string): string {
  const bytes = createHash('sha256').update(`tiphys vxlan ${name}`).digest().subarray(0, 6);
  bytes[0] = (bytes[0]! & 0xfc) | 0x02;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
