// WebSockets to the API with the session's rights: exec, attach, logs that are followed.
import { type Query, withQuery } from './client.ts';
import { KEY_PROTOCOL, sessionKey } from './session.ts';

/** `protocols` are those of the API, such as v5.channel.k8s.io. */
export const openSocket = (path: string, query: Query, protocols: readonly string[]): WebSocket =>
  socketTo(`/dashboard/api${withQuery(path, query)}`, protocols);

export function socketTo(path: string, protocols: readonly string[]): WebSocket {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url, [...protocols, KEY_PROTOCOL + sessionKey()]);
  socket.binaryType = 'arraybuffer';
  return socket;
}
