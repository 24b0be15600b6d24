// The file of static tokens: comma-separated values of token, user name, user uid and, in quotes, groups. Messages never contain a
// token. Called by open-authentication.ts. Upstream: pkg/authentication/token/tokenfile of k8s.io/apiserver.
import type { Logger } from '../../../kit/log.ts';
import type { User } from '../../request.ts';

/** Bytes of the file. */
const MAX_FILE = 16 << 20;

/** Throws an Error if a line has too few columns. */
export function parseTokenFile(text: string, file: string, log: Logger): Map<string, User> {
  if (text.length > MAX_FILE) throw new Error(`token file '${file}' is larger than ${MAX_FILE} bytes`);
  const users = new Map<string, User>();
  for (const [i, record] of recordsOf(text).entries()) {
    if (record.length < 3)
      throw new Error(
        `token file '${file}' must have at least 3 columns (token, user name, user uid), found ${record.length}`,
      );
    const [token = '', name = '', uid = '', groups] = record;
    if (token === '') {
      log.warn(`empty token has been found in token file '${file}', record number '${i + 1}'`);
      continue;
    }
    if (users.has(token))
      log.warn(`duplicate token has been found in token file '${file}', record number '${i + 1}'`);
    users.set(token, { name, groups: groups?.split(',') ?? [], ...(uid && { uid }) });
  }
  return users;
}

/** Records as RFC 4180 has them; empty lines are none. */
function recordsOf(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = '';
  let quoted = false;
  const endRecord = () => {
    if (record.length > 0 || field !== '') records.push([...record, field]);
    record = [];
    field = '';
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') field += text[at++];
      else quoted = false;
    } else if (char === '"' && field === '') quoted = true;
    else if (char === ',') {
      record.push(field);
      field = '';
    } else if (char === '\n') endRecord();
    else if (char !== '\r' || text[at + 1] !== '\n') field += char;
  }
  endRecord();
  return records;
}
