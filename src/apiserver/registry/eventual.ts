// Results that are there at once wherever nothing has to be waited for, so that reads of an embedded store stay
// synchronous. Reads of a store that needs a barrier are promises.

export type Eventual<T> = T | Promise<T>;

export const andThen = <T, R>(value: Eventual<T>, use: (value: T) => R): Eventual<R> =>
  value instanceof Promise ? value.then(use) : use(value);
