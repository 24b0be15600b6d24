// Requests about which another server is asked first. Pure; the program is lua/asked.ts.
import type { Asked } from '../../../model/policy.ts';
import type { Backend } from '../../../model/routes.ts';
import { INNER } from '../inner.ts';

export const askedRules = (asked: Asked | undefined, backend: string): string[] =>
  asked
    ? [
        `http-request deny deny_status 503 if { var(${INNER}) -m found }`,
        'http-request set-var-fmt(txn.url) "http://%[req.hdr(host)]%[pathq]" unless { ssl_fc }',
        'http-request set-var-fmt(txn.url) "https://%[req.hdr(host)]%[pathq]" if { ssl_fc }',
        `http-request set-var(txn.asked) str(${backend})`,
        'http-request lua.asked',
      ]
    : [];

/** Undefined when there is none. No text of a model has a tab or a new line. */
export function askedFile(backends: readonly Backend[]): string | undefined {
  const lines = backends.flatMap(({ name, policy: { asked } }) => {
    if (!asked) return [];
    const { backend, path, alone = false, signIn = '', send, receive } = asked;
    const lists = [send, receive].map((names) => names.join(','));
    return [[name, backend, path, alone ? 'alone' : '', signIn, ...lists].join('\t')];
  });
  return lines.length === 0 ? undefined : `${lines.join('\n')}\n`;
}
