// Values in base64. Pure.

/** `text` is undefined for bytes that are none. */
export function decoded(base64: string): { readonly text: string | undefined; readonly bytes: number } {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return { text: undefined, bytes: base64.length };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), bytes: bytes.length };
  } catch {
    return { text: undefined, bytes: bytes.length };
  }
}

export const sizeText = (bytes: number): string =>
  bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KiB`;
