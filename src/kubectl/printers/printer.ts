// What prints an object of the API, in one of the formats of `-o`. A printer never changes the object, and throws an Error
// with kubectl's words. Called by the verbs; `printerOf` and `getPrinterOf` choose one.

/** An object as JSON; integers beyond 2^53 are bigint. */
export type ApiObject = Readonly<Record<string, unknown>>;

export interface Output {
  write(text: string): unknown;
}

export interface Printer {
  print(object: ApiObject | WatchEvent, out: Output): void;
}

/** What `get --watch --output-watch-events` prints. */
export class WatchEvent {
  readonly type: string;
  readonly object: ApiObject;

  constructor(type: string, object: ApiObject) {
    this.type = type;
    this.object = object;
  }
}

export const isMap = (value: unknown): value is ApiObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An own member of a map; undefined for anything else. */
export const memberOf = (value: unknown, key: string): unknown =>
  isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The items of a list; undefined for an object that is none. */
export function itemsOf(object: ApiObject): readonly ApiObject[] | undefined {
  return Array.isArray(object.items) ? object.items.filter(isMap) : undefined;
}

/** The object of an event, with the event itself as a map: what templates and paths see. */
export const asMap = (printed: ApiObject | WatchEvent): ApiObject =>
  printed instanceof WatchEvent ? { type: printed.type, object: printed.object } : printed;

export function requireKind(object: ApiObject): void {
  if (!object.kind && !object.apiVersion)
    throw new Error(
      'missing apiVersion or kind; try GetObjectKind().SetGroupVersionKind() if you know the type',
    );
}
