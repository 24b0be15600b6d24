// Values in memory of their own. Called by the stores.

/**
 * The bytes in memory of their own. Buffer.from(text) and Buffer.concat() give slices of Node's pool (64 KB at a time): an
 * old version would keep whatever else was in its slice of the pool alive, requests and answers included.
 */
export function ownBytes(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength === bytes.byteLength) return bytes;
  const own = Buffer.allocUnsafeSlow(bytes.byteLength);
  own.set(bytes);
  return own;
}
