// The envelope of Kubernetes protobuf (runtime.Unknown): four magic bytes, then a message with apiVersion, kind and the
// object's own message. Called by decode.ts in the codec.
import { Reader } from '../../kit/protobuf/reader.ts';
import { LENGTH, ProtobufError } from '../../kit/protobuf/wire.ts';

const magic = Buffer.from('k8s\0', 'latin1');

export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Buffer;
  /** Empty means protobuf; upstream clients may also wrap JSON. */
  readonly contentType: string;
}

export function openEnvelope(body: Uint8Array): Envelope {
  const data = Buffer.from(body.buffer, body.byteOffset, body.length);
  if (data.length < 4 || !data.subarray(0, 4).equals(magic)) {
    throw new ProtobufError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  const out = { apiVersion: '', kind: '', raw: Buffer.alloc(0) as Buffer, contentType: '' };
  const reader = new Reader(data, 4);
  while (!reader.done) {
    const { number, wire } = reader.tag();
    if (wire !== LENGTH) reader.skip(wire);
    else if (number === 1) Object.assign(out, typeMeta(reader.message()));
    else if (number === 2) out.raw = reader.bytes();
    else if (number === 3) refuseEncoding(reader.string());
    else if (number === 4) out.contentType = reader.string();
    else reader.skip(wire);
  }
  return out;
}

function refuseEncoding(encoding: string): void {
  if (encoding) throw new ProtobufError(`unsupported content encoding ${encoding}`);
}

function typeMeta(reader: Reader): { apiVersion: string; kind: string } {
  const out = { apiVersion: '', kind: '' };
  while (!reader.done) {
    const { number, wire } = reader.tag();
    if (number === 1 && wire === LENGTH) out.apiVersion = reader.string();
    else if (number === 2 && wire === LENGTH) out.kind = reader.string();
    else reader.skip(wire);
  }
  return out;
}
