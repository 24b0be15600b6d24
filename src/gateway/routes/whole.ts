/** Definitions without upstream's limits let other values through: they must not become part of the proxy's configuration. */
export const isWhole = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
