// Whether a device matches an expression that selectors.ts has compiled. Called by the allocator of the scheduler.
// Upstream: DeviceMatches in staging/src/k8s.io/dynamic-resource-allocation/cel/compile.go.

import { MAX_SELECTOR_COST } from '../../kinds/resource/v1/limits.ts';
import type { Device, DeviceAttribute } from '../../kinds/resource/v1/resource-slice.ts';
import { evaluate } from '../compile.ts';
import { quantityValue } from '../kubernetes/quantity.ts';
import { semverValue } from '../kubernetes/semver.ts';
import {
  CelError,
  Entries,
  Items,
  isError,
  MapValue,
  type Result,
  typeOfValue,
  type Value,
} from '../values/value.ts';
import type { DeviceFeatures, Selector } from './selectors.ts';

/** What could be evaluated, and what it cost. */
export interface Match {
  readonly matches: boolean;
  /** In upstream's words; the device does not match then. */
  readonly error?: string;
  readonly cost: number;
}

type Described = Pick<Device, 'attributes' | 'capacity' | 'allowMultipleAllocations'>;

export function deviceMatches({ compiled }: Selector, device: Value | CelError): Match {
  if (device instanceof CelError) return { matches: false, error: device.message, cost: 0 };
  const variables = (name: string) => (name === 'device' ? device : undefined);
  const { value, cost } = evaluate(compiled.program, variables, MAX_SELECTOR_COST);
  if (typeof value === 'boolean') return { matches: value, cost };
  if (isError(value)) return { matches: false, error: value.message, cost };
  const error = `CEL result of type ${typeOfValue(value).name} could not be converted to bool: type conversion error from '${typeOfValue(value).name}' to 'bool'`;
  return { matches: false, error, cost };
}

/** The variable `device`; an error if an attribute has a value that expressions cannot see. */
export function deviceValue(
  driver: string,
  { attributes = {}, capacity = {}, allowMultipleAllocations = false }: Readonly<Described>,
  { lists }: Pick<DeviceFeatures, 'lists'>,
): Value | CelError {
  const byName: [string, Result][] = [];
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = attributeValue(attribute, lists);
    if (value instanceof CelError) return new CelError(`attribute ${name}: ${value.message}`);
    byName.push([name, value]);
  }
  const amounts = Object.entries(capacity).map(([name, { value }]): [string, Result] => [
    name,
    quantityValue(value),
  ]);
  return Entries.of([
    ['driver', driver],
    ['allowMultipleAllocations', allowMultipleAllocations],
    ['attributes', new ByDomain(driver, byName)],
    ['capacity', new ByDomain(driver, amounts)],
  ]);
}

function attributeValue(
  { int, bool, string, version, ints, bools, strings, versions }: Readonly<DeviceAttribute>,
  lists: boolean,
): Result {
  if (lists) {
    if (ints) return new Items(ints.map(BigInt));
    if (bools) return new Items(bools);
    if (strings) return new Items(strings);
    if (versions) return listOf(versions.map(versionValue));
  }
  if (int !== undefined) return BigInt(int);
  if (bool !== undefined) return bool;
  if (string !== undefined) return string;
  return version === undefined ? new CelError('unsupported attribute value') : versionValue(version);
}

function versionValue(text: string): Result {
  const value = semverValue(text);
  return value instanceof CelError ? new CelError(`parse semantic version: ${value.message}`) : value;
}

function listOf(values: readonly Result[]): Result {
  const error = values.find(isError);
  return error ?? new Items(values.filter((value): value is Value => !isError(value)));
}

const nothing = Entries.of([]);

/** Names without a domain belong to the driver's. A domain that has nothing is empty, not missing. */
class ByDomain extends MapValue {
  readonly #domains: Entries;

  constructor(driver: string, named: readonly [string, Result][]) {
    super();
    const domains = new Map<string, [Value, Value][]>();
    for (const [name, value] of named) {
      if (isError(value)) continue;
      const slash = name.indexOf('/');
      const domain = slash < 0 ? driver : name.slice(0, slash);
      const entry: [Value, Value] = [name.slice(slash + 1), value];
      const found = domains.get(domain);
      if (found) found.push(entry);
      else domains.set(domain, [entry]);
    }
    this.#domains = Entries.of([...domains].map(([domain, own]) => [domain, Entries.of(own)]));
  }

  get size(): number {
    return this.#domains.size;
  }

  get(key: Value): Value | undefined {
    return this.#domains.get(key) ?? (typeof key === 'string' ? nothing : undefined);
  }

  has(key: Value): boolean {
    return this.#domains.has(key);
  }

  keys(): Iterable<Value> {
    return this.#domains.keys();
  }
}
