// The claims of a token as a value for expressions. A name that expressions cannot write is reached by its escaped form, at every
// depth: claims.foo__dot__bar. Called by mapping.ts.
// Upstream: newClaimsValue and unescapeWrapper in plugin/pkg/authenticator/token/oidc/oidc.go of k8s.io/apiserver.
import { unescapeName } from '../../../api/cel/schema/escape.ts';
import { type Json, JsonList, JsonMap, jsonValue } from '../../../api/cel/values/json.ts';
import type { Value } from '../../../api/cel/values/value.ts';

export function claimsValue(json: unknown): Value {
  if (Array.isArray(json)) return new ClaimsList(json);
  return typeof json === 'object' && json !== null ? new ClaimsMap(json as Json) : numberless(json);
}

/** All numbers of JSON are doubles, as Go decodes them. */
const numberless = (json: unknown): Value =>
  typeof json === 'number' ? json : typeof json === 'bigint' ? Number(json) : jsonValue(json);

class ClaimsMap extends JsonMap {
  override get(key: Value): Value | undefined {
    const name = nameOf(key);
    return this.has(key) ? claimsValue(this.json[name]) : undefined;
  }

  override has(key: Value): boolean {
    return typeof key === 'string' && Object.hasOwn(this.json, nameOf(key));
  }
}

const nameOf = (key: Value): string => (typeof key === 'string' ? (unescapeName(key) ?? '') : '');

class ClaimsList extends JsonList {
  override at(index: number): Value {
    return claimsValue(this.json[index]);
  }
}
