// Objects that kube-apiserver has written, in protobuf or JSON, in whatever version it stores: brought into the form in which this
// program stores and answers them. Called by etcd-codec.ts.
import { decodeBody } from '../../api/codec/decode.ts';
import { normalize } from '../../api/codec/normalize.ts';
import { applyDefaults } from '../../api/defaults/apply-defaults.ts';
import { type AnyResource, apiVersionOf, type KubeObject } from '../../api/meta/v1/resource.ts';
import { type Envelope, openEnvelope } from '../../api/protobuf/envelope.ts';
import { parseExactJson } from '../../kit/exact-json.ts';
import { bytes, string } from '../../kit/protobuf/codec.ts';
import { message } from '../../kit/protobuf/message.ts';
import { conversions as builtIn, type ConvertedKind } from '../conversions/conversions.ts';
import { encoder } from '../watch-cache/encoding.ts';
import { definitionToday } from './old-definitions.ts';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** What is taken of it; nobody asks for its metadata. */
const rangeAllocation = message<{ range: string; data: Buffer }>({ range: [2, string], data: [3, bytes] });

export class ForeignValues {
  readonly #kinds: ReadonlyMap<string, AnyResource>;
  readonly #conversions: readonly ConvertedKind[];

  constructor(kinds: readonly AnyResource[], conversions: readonly ConvertedKind[] = builtIn) {
    this.#kinds = new Map(
      kinds.map((kind) => [nameOf(apiVersionOf(kind.resource), kind.resource.kind), kind]),
    );
    this.#conversions = conversions;
  }

  ofProtobuf(stored: Buffer, revision: number): Buffer {
    const envelope = openEnvelope(stored);
    if (envelope.apiVersion === 'v1' && envelope.kind === 'RangeAllocation') return rangeOf(envelope);
    const kind = this.#kinds.get(nameOf(envelope.apiVersion, envelope.kind));
    if (!kind)
      throw new Error(`no kind "${envelope.kind}" is registered for version "${envelope.apiVersion}"`);
    const options = { mediaType: PROTOBUF, fieldValidation: 'Ignore' } as const;
    return this.#stored(kind, decodeBody(kind, stored, options).object, revision);
  }

  ofJson(stored: Buffer, revision: number): Buffer {
    const read = parseExactJson(stored.toString()) as KubeObject;
    const object = definitionToday(read);
    const bytes = object === read ? stored : JSON.stringify(object);
    const kind = this.#kinds.get(nameOf(object.apiVersion, object.kind));
    if (kind)
      return this.#stored(kind, decodeBody(kind, bytes, { fieldValidation: 'Ignore' }).object, revision);
    // A custom resource, which is brought into the form of its definition when it is read; or no object of the API.
    return typeof object.metadata === 'object' ? encoder(object)(revision) : stored;
  }

  #stored(kind: AnyResource, object: KubeObject, revision: number): Buffer {
    const own = this.#conversions.find((conversion) => conversion.kind === kind);
    const storedAs = own?.storedAs ?? kind;
    const converted = own ? own.conversion.toStored(object) : object;
    // kube-apiserver fills in defaults of objects that it reads, those that newer versions have added among them.
    applyDefaults(storedAs, converted);
    const raw = Object.keys(storedAs.fields).filter((name) => storedAs.fields[name]!.type.is === 'raw');
    return encoder(normalize(storedAs, converted), raw)(revision);
  }
}

const nameOf = (apiVersion: string, kind: string): string => `${apiVersion}/${kind}`;

function rangeOf({ apiVersion, kind, raw }: Envelope): Buffer {
  const { range, data } = rangeAllocation.decode(raw);
  const object = { kind, apiVersion, metadata: {}, range, data: data.toString('base64') };
  return Buffer.from(JSON.stringify(object));
}
