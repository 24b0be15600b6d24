// What a pod asks for as a whole: its containers together, or its hungriest init container where that is more; sidecars
// count with both; overhead on top. Pure.
import type { Container } from '../kinds/core/v1/container.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import { addQuantity, compareQuantity, parseQuantity, type Quantity } from '../quantity/quantity.ts';

type Amounts = Map<string, Quantity>;

export interface PodAmounts {
  readonly requests: ReadonlyMap<string, Quantity>;
  readonly limits: ReadonlyMap<string, Quantity>;
}

export function podAmounts(spec: Readonly<PodSpec> | undefined): PodAmounts {
  return { requests: amounts(spec, 'requests'), limits: amounts(spec, 'limits') };
}

function amounts(spec: Readonly<PodSpec> | undefined, field: 'requests' | 'limits'): Amounts {
  const together: Amounts = new Map();
  for (const container of spec?.containers ?? []) add(together, of(container, field));
  const sidecars: Amounts = new Map();
  const starting: Amounts = new Map();
  for (const container of spec?.initContainers ?? []) {
    const own = of(container, field);
    if (container.restartPolicy === 'Always') {
      add(together, own);
      add(sidecars, own);
      raise(starting, sidecars);
    } else {
      // While it runs, the sidecars before it run too.
      add(own, sidecars);
      raise(starting, own);
    }
  }
  raise(together, starting);
  const overhead = parsed(spec?.overhead);
  // A limit that is not set has no bound to add to.
  for (const [name, amount] of overhead)
    if (field === 'requests' || together.has(name)) add(together, new Map([[name, amount]]));
  return together;
}

const of = (container: Readonly<Container>, field: 'requests' | 'limits'): Amounts =>
  parsed(container.resources?.[field]);

const parsed = (texts: Readonly<Record<string, string>> | undefined): Amounts =>
  new Map(Object.entries(texts ?? {}).map(([name, text]) => [name, parseQuantity(text)]));

function add(total: Amounts, more: ReadonlyMap<string, Quantity>): void {
  for (const [name, amount] of more) {
    const before = total.get(name);
    total.set(name, before ? addQuantity(before, amount) : amount);
  }
}

function raise(total: Amounts, floor: ReadonlyMap<string, Quantity>): void {
  for (const [name, amount] of floor) {
    const before = total.get(name);
    if (!before || compareQuantity(before, amount) < 0) total.set(name, amount);
  }
}
