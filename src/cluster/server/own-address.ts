// The address at which other machines find this one, when nobody says it: that of the interface with the default route, as
// kube-apiserver chooses. Called by configuration.ts.
import { readFileSync } from 'node:fs';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { UserError } from '../progress.ts';

type Interfaces = Readonly<
  Record<
    string,
    readonly Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal' | 'scopeid'>[] | undefined
  >
>;

export function ownAddress(): string {
  const found = chooseAddress(readFileSync('/proc/net/route', 'utf8'), networkInterfaces());
  if (!found)
    throw new UserError('this machine has no address that others could reach: give --advertise-address');
  return found;
}

/** `routes`: as /proc/net/route has them. IPv4 is preferred; addresses of one link only are none. */
export function chooseAddress(routes: string, interfaces: Interfaces): string | undefined {
  const [, ...lines] = routes.trim().split('\n');
  const byDefault = lines
    .map((line) => line.split('\t'))
    .filter((fields) => fields[1] === '00000000' && fields[7] === '00000000')
    .map(([name]) => name!.trim());
  const names = [...byDefault, ...Object.keys(interfaces)];
  const all = names.flatMap((name) => interfaces[name] ?? []).filter((one) => !one.internal && !one.scopeid);
  return (all.find(({ family }) => family === 'IPv4') ?? all[0])?.address;
}
