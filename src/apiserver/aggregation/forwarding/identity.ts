// The headers by which another server learns who sent a request; it believes them because of this server's certificate. Pure.
// Upstream: SetAuthProxyHeaders in staging/src/k8s.io/client-go/transport/round_trippers.go.
import { addAll } from '../../../kit/lists.ts';
import type { User } from '../../request.ts';

/** Raw headers: names and values in turn. Throws for a name that a header cannot carry as it is. */
export function identityHeaders({ name, uid, groups, extra = {} }: User): string[] {
  const headers = pair('X-Remote-User', name);
  if (uid) addAll(headers, pair('X-Remote-Uid', uid));
  for (const group of groups) addAll(headers, pair('X-Remote-Group', group));
  for (const [key, values] of Object.entries(extra))
    for (const value of values) addAll(headers, pair(`X-Remote-Extra-${escapedKey(key)}`, value));
  return headers;
}

/** The bytes are UTF-8, as Go writes them. Blanks around a value would be lost: it would name somebody else. */
function pair(header: string, value: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/^[ \t]|[ \t]$|[\0-\x08\x0a-\x1f\x7f]/.test(value))
    throw new Error(`net/http: invalid header field value for ${JSON.stringify(header)}`);
  return [header, Buffer.from(value).toString('latin1')];
}

/** Characters of a token (RFC 9110, 5.6.2) but the one that escapes. */
const PLAIN = /[A-Za-z0-9!#$&'*+.^_`|~-]/;

function escapedKey(key: string): string {
  let out = '';
  for (const byte of Buffer.from(key)) {
    const letter = String.fromCharCode(byte);
    out += PLAIN.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
