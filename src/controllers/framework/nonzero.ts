// A counter of a status as an object to spread: absent when 0, as Go's omitempty writes it, so that a status that counts
// nothing equals the stored one.
export const nonzero = <K extends string>(key: K, value: number): { [P in K]?: number } =>
  (value ? { [key]: value } : {}) as { [P in K]?: number };
