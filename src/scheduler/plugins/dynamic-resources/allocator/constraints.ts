// What several devices of a claim must have in common, or must not. A constraint that a device would break stays broken however many
// devices are added, so a search can end there.
// Upstream keeps for distinctAttribute one value per request, so that of three devices of a request the first and the last may be alike.

import type { DeviceConstraint } from '../../../../api/kinds/resource/v1/device.ts';
import type { DeviceAttribute } from '../../../../api/kinds/resource/v1/resource-slice.ts';
import { own } from '../../../../kit/own.ts';
import type { Candidate } from './pools.ts';
import type { Wanted } from './requests.ts';

export interface Constraint {
  /** False: the device would break it. Otherwise the device counts until it is removed. */
  add(wanted: Wanted, candidate: Candidate): boolean;
  remove(wanted: Wanted, candidate: Candidate): void;
}

/** Undefined: of a kind that is not known. */
export function constraintOf({
  requests = [],
  matchAttribute,
  distinctAttribute,
}: Readonly<DeviceConstraint>): Constraint | undefined {
  const names = new Set(requests);
  const attribute = matchAttribute ?? distinctAttribute;
  if (attribute === undefined) return undefined;
  return new AttributeConstraint(names, attribute, matchAttribute !== undefined);
}

class AttributeConstraint implements Constraint {
  /** Names of requests, or of alternatives of requests; none means all. */
  readonly #requests: ReadonlySet<string>;
  readonly #attribute: string;
  readonly #alike: boolean;
  /** How many of the devices have each value. */
  readonly #values = new Map<string, number>();

  constructor(requests: ReadonlySet<string>, attribute: string, alike: boolean) {
    this.#requests = requests;
    this.#attribute = attribute;
    this.#alike = alike;
  }

  add(wanted: Wanted, candidate: Candidate): boolean {
    if (!this.#concerns(wanted)) return true;
    const value = valueOfAttribute(candidate, this.#attribute);
    if (value === undefined) return false;
    const times = this.#values.get(value) ?? 0;
    if (this.#alike ? times === 0 && this.#values.size > 0 : times > 0) return false;
    this.#values.set(value, times + 1);
    return true;
  }

  remove(wanted: Wanted, candidate: Candidate): void {
    const value = this.#concerns(wanted) ? valueOfAttribute(candidate, this.#attribute) : undefined;
    if (value === undefined) return;
    const times = (this.#values.get(value) ?? 0) - 1;
    if (times > 0) this.#values.set(value, times);
    else this.#values.delete(value);
  }

  #concerns({ base, fullName }: Wanted): boolean {
    return this.#requests.size === 0 || this.#requests.has(base) || this.#requests.has(fullName);
  }
}

/** Value and type as one text. Names without a domain are of the driver's. */
function valueOfAttribute({ device, pool }: Candidate, name: string): string | undefined {
  const { attributes = {} } = device;
  const slash = name.indexOf('/');
  const short = name.slice(0, slash) === pool.driver ? own(attributes, name.slice(slash + 1)) : undefined;
  const found: Readonly<DeviceAttribute> | undefined = own(attributes, name) ?? short;
  if (!found) return undefined;
  const { string, int, bool, version } = found;
  if (string !== undefined) return `string ${string}`;
  if (int !== undefined) return `int ${int}`;
  if (bool !== undefined) return `bool ${bool}`;
  return version === undefined ? undefined : `version ${version}`;
}
