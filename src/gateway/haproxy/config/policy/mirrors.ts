// Requests of a backend that others get as well. Pure; the program is lua/mirror.ts.
import type { Policy } from '../../../model/policy.ts';
import { INNER } from '../inner.ts';

/** At most what fits into a buffer is sent twice; a larger body is not mirrored, and neither is one that does not come in time. */
export const mirrorRules = ({ mirrors = [] }: Policy): string[] =>
  mirrors.length === 0
    ? []
    : [
        'http-request wait-for-body time 1s if { req.hdr(content-length) -m found } or { req.hdr(transfer-encoding) -m found }',
        `http-request set-var(txn.mirrors) "str(${mirrors.map(({ backend, share, of }) => `${backend}/${share}/${of}`).join(';')})"`,
        `http-request lua.mirror unless { var(${INNER}) -m found }`,
      ];
