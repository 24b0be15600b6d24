// PrioritySort: higher priority first, then who has waited longer.
interface Ordered {
  readonly info: { readonly priority: number };
  readonly since: number;
}

export const creationOrder = (a: Ordered, b: Ordered): number =>
  b.info.priority - a.info.priority || a.since - b.since;
