// Validates the IDs of shares of devices. Upstream: validateUID in pkg/apis/resource/validation, and github.com/google/uuid.
import { type FieldError, invalid } from '../../../field.ts';

const LENGTH = 36;
const URN = 'urn:uuid:';
const hyphenated = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const plain = /^[0-9a-fA-F]{32}$/;
const NORMAL =
  'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters';

export function uidErrors(path: string, uid: string): FieldError[] {
  const problem = problemOf(uid);
  if (problem !== undefined) return [invalid(path, uid, `error validating uid: ${problem}`)];
  return uid.length === LENGTH && uid === uid.toLowerCase() ? [] : [invalid(path, uid, NORMAL)];
}

/** Forms that are understood, although only the normal one is valid: with a prefix, in braces, without hyphens. */
function problemOf(uid: string): string | undefined {
  const wrong = 'invalid UUID format';
  const length = Buffer.byteLength(uid);
  switch (length) {
    case LENGTH:
      return hyphenated.test(uid) ? undefined : wrong;
    case LENGTH + URN.length: {
      const prefix = uid.slice(0, URN.length);
      if (prefix.toLowerCase() !== URN) return `invalid urn prefix: ${JSON.stringify(prefix)}`;
      return hyphenated.test(uid.slice(URN.length)) ? undefined : wrong;
    }
    case LENGTH + 2:
      if (!uid.startsWith('{') || !uid.endsWith('}')) return 'invalid bracketed UUID format';
      return hyphenated.test(uid.slice(1, -1)) ? undefined : wrong;
    case 32:
      return plain.test(uid) ? undefined : wrong;
    default:
      return `invalid UUID length: ${length}`;
  }
}
