// The places of a configuration that a change of endpoints alone does not touch, and what stands in them when a process starts: the
// addresses of servers, and the socket of the runtime API. Pure. Without them a configuration is its shape (files.ts).
import type { Slots } from './place.ts';
import { socketOf } from './section.ts';

/** No text of a model has it: those are ASCII. */
const MARK = '\ue000';
const SOCKET = 'socket';

/** The address of a slot that has no endpoint. */
const NOWHERE = '127.0.0.1:1';

export const serverName = (slot: number): string => `s${slot}`;

/** `name` is that of the section. */
export const serverLines = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `server ${serverName(i)} ${MARK}${name}/${i}${MARK}`);

export const SOCKET_PLACE = `${MARK}${SOCKET}${MARK}`;

/** A shape with everything in it. */
export const located = (shape: string, slots: Slots, socket: string): string =>
  shape
    .split(MARK)
    .map((part, i) => (i % 2 === 0 ? part : part === SOCKET ? socket : addressAt(part, slots)))
    .join('');

function addressAt(place: string, slots: Slots): string {
  const [name = '', slot] = place.split('/');
  const endpoint = slots.get(name)?.[Number(slot)];
  return endpoint ? socketOf(endpoint.ip, endpoint.port) : `${NOWHERE} disabled`;
}
