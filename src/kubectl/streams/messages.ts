// The bytes of a WebSocket message, however `ws` holds them.
import type { RawData } from 'ws';

export function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
