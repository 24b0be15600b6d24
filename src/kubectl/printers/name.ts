// The name format, `pod/x` and `deployment.apps/x`, and what was done: `pod/x created`.
import {
  type ApiObject,
  itemsOf,
  memberOf,
  type Output,
  type Printer,
  requireKind,
  textOf,
  WatchEvent,
} from './printer.ts';

/** Words of a dry run behind those of the operation. */
export function operationOf(operation: string, dryRun: 'none' | 'client' | 'server'): string {
  if (dryRun === 'none') return operation;
  return `${operation} ${dryRun === 'client' ? '(dry run)' : '(server dry run)'}`;
}

/** The group of `apps/v1`; empty for `v1`. */
export const groupOf = (object: ApiObject): string => {
  const version = textOf(object.apiVersion);
  return version.includes('/') ? version.slice(0, version.indexOf('/')) : '';
};

/** `deployment.apps/x`. */
export function qualifiedName(object: ApiObject): string {
  const kind = textOf(object.kind).toLowerCase() || '<unknown>';
  const group = groupOf(object);
  return `${kind}${group && `.${group}`}/${textOf(memberOf(object.metadata, 'name')) || '<unknown>'}`;
}

/** One line an object. Without an operation, only names. */
export class NamePrinter implements Printer {
  readonly #operation: string;

  constructor(operation = '') {
    this.#operation = operation;
  }

  print(printed: ApiObject | WatchEvent, out: Output): void {
    const object = printed instanceof WatchEvent ? printed.object : printed;
    const items = itemsOf(object);
    if (items) {
      for (const item of items) this.print(item, out);
      return;
    }
    requireKind(object);
    out.write(`${qualifiedName(object)}${this.#operation && ` ${this.#operation}`}\n`);
  }
}
