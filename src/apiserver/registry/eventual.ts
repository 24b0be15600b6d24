// Results that are promises only if something has to be awaited: reads of an embedded store return values, reads of a
// shared store may return promises because of its barrier (stored/consistency.ts), and so may reads of objects that a webhook
// converts (crd/custom-cache.ts).

export type Eventual<T> = T | Promise<T>;

export const andThen = <T, R>(value: Eventual<T>, use: (value: T) => Eventual<R>): Eventual<R> =>
  value instanceof Promise ? value.then(use) : use(value);
