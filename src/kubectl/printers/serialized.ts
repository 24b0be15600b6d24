// The formats json, yaml and kyaml, without managedFields unless they are asked for.
import { goJson } from './go-values/json.ts';
import {
  type ApiObject,
  asMap,
  isMap,
  type Output,
  type Printer,
  requireKind,
  WatchEvent,
} from './printer.ts';

export interface SerializedOptions {
  readonly showManagedFields: boolean;
  /** JSON's members stay in the order given: that of Go's structs, for objects that the client made. */
  readonly keepOrder?: boolean;
}

type Write = (value: ApiObject | WatchEvent, out: Output) => void;

class SerializedPrinter implements Printer {
  readonly #write: Write;
  readonly #showManagedFields: boolean;

  constructor(write: Write, options: SerializedOptions) {
    this.#write = write;
    this.#showManagedFields = options.showManagedFields;
  }

  print(printed: ApiObject | WatchEvent, out: Output): void {
    if (!(printed instanceof WatchEvent)) requireKind(printed);
    // An event shows all of its object, as kubectl's does.
    const keeps = this.#showManagedFields || printed instanceof WatchEvent;
    this.#write(keeps ? printed : withoutManagedFields(printed), out);
  }
}

export const jsonPrinter = (options: SerializedOptions): Printer =>
  new SerializedPrinter((printed, out) => {
    if (printed instanceof WatchEvent)
      out.write(
        `{"type":${goJson(printed.type)},"object":${goJson(printed.object, '', options.keepOrder)}}\n`,
      );
    else out.write(`${goJson(printed, '    ', options.keepOrder)}\n`);
  }, options);

/** Documents are separated by lines of three hyphens. */
export async function yamlPrinter(options: SerializedOptions): Promise<Printer> {
  const { toYaml } = await import('./yaml/write.ts');
  let isFirst = true;
  return new SerializedPrinter((printed, out) => {
    out.write(`${isFirst ? '' : '---\n'}${toYaml(asMap(printed))}`);
    isFirst = false;
  }, options);
}

export async function kyamlPrinter(options: SerializedOptions): Promise<Printer> {
  const { toKyaml } = await import('./yaml/kyaml.ts');
  return new SerializedPrinter((printed, out) => {
    out.write(`---\n${toKyaml(asMap(printed), options.keepOrder)}\n`);
  }, options);
}

export function withoutManagedFields(object: ApiObject): ApiObject {
  if (Array.isArray(object.items))
    return { ...object, items: object.items.map((item: unknown) => (isMap(item) ? bare(item) : item)) };
  return bare(object);
}

function bare(object: ApiObject): ApiObject {
  const { metadata } = object;
  if (!isMap(metadata) || !('managedFields' in metadata)) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}
