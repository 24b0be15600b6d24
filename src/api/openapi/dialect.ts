// The two versions of OpenAPI, as far as schemas differ between them.
export type Schema = Record<string, unknown>;

export interface Dialect {
  readonly prefix: '#/components/schemas/' | '#/definitions/';
  /** References may not have siblings. */
  readonly wrapsReferences: boolean;
  readonly publishesDefaults: boolean;
}

export const v3: Dialect = {
  prefix: '#/components/schemas/',
  wrapsReferences: true,
  publishesDefaults: true,
};
export const v2: Dialect = { prefix: '#/definitions/', wrapsReferences: false, publishesDefaults: false };
