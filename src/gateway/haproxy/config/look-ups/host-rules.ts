// The rules by which HAProxy finds the entry of a host in a map with keys `scope/pattern`. Pure; called by frontends.ts and tls.ts.
import type { Host } from '../../../model/routes.ts';

export interface LookUp {
  /** How its rules begin. */
  readonly on: 'http-request' | 'tcp-request content';
  /** File of the map. */
  readonly map: string;
  /** The patterns in it: rules are written for kinds that there are. */
  readonly hosts: Iterable<Host>;
}

/** From txn.s, the scope, and txn.host to txn.h, which stays unset when nothing matches. The order is that of `patternsOf`. */
export function hostRules({ on, map, hosts }: LookUp): string[] {
  const { one, many } = kindsOf(hosts);
  const set = (key: string) =>
    `${on} set-var(txn.h) var(txn.s),concat(/${key}),map_str(${map}) unless { var(txn.h) -m found }`;
  return [
    set(',txn.host'),
    ...(one || many.length > 0 ? [`${on} set-var(txn.rest) var(txn.host),field(2,.,0)`] : []),
    ...(one ? [set('*.,txn.rest')] : []),
    ...many.flatMap((labels) => [
      `${on} set-var(txn.tail) var(txn.rest),field(-1,.,${labels})`,
      set('**.,txn.tail'),
    ]),
    set(''),
  ];
}

/** Whether there are hosts of one label more than a suffix, and how many labels the suffixes of the others have, most first. */
function kindsOf(hosts: Iterable<Host>): { one: boolean; many: readonly number[] } {
  let one = false;
  const many = new Set<number>();
  for (const host of hosts)
    if (host.startsWith('**.')) many.add(host.split('.').length - 1);
    else if (host.startsWith('*.')) one = true;
  return { one, many: [...many].sort((a, b) => b - a) };
}
