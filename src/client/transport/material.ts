// Certificates and keys in PEM, given or to be asked for when needed: files may be renewed while a process runs.

export type Material = string | Buffer | (() => string | Buffer);

/** What is current now. */
export const pemOf = (material: Material): string | Buffer =>
  typeof material === 'function' ? material() : material;
