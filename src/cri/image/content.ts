// An OCI image as a set of blobs by digest: what builders and archives produce and importImage consumes.
import { createHash } from 'node:crypto';

export interface Descriptor {
  mediaType: string;
  /** sha256:… */
  digest: string;
  size: number;
  annotations?: Record<string, string>;
  platform?: { architecture: string; os: string; variant?: string };
}

/** The bytes of a blob, in memory or still in a file. */
export interface Blob {
  size: number;
  /** In pieces of at most 1 MiB. */
  chunks(): AsyncIterable<Buffer>;
}

export interface ImageContent {
  manifest: Descriptor;
  config: Descriptor;
  layers: Descriptor[];
  blobs: ReadonlyMap<string, Blob>;
  /** Names of the image in the archive; empty when there are none. */
  names: string[];
  /** Closes open files. */
  close(): Promise<void>;
}

export const MEDIA = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

export const CHUNK = 1 << 20;

export function digestOf(data: Uint8Array): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

export function describe(mediaType: string, data: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(data), size: data.length };
}

export function memoryBlob(data: Buffer): Blob {
  return {
    size: data.length,
    async *chunks() {
      for (let at = 0; at < data.length; at += CHUNK) yield data.subarray(at, at + CHUNK);
    },
  };
}

/** Architecture names as images spell them. */
export function imageArchitecture(arch: string = process.arch): string {
  return { x64: 'amd64', arm64: 'arm64', ia32: '386', arm: 'arm' }[arch] ?? arch;
}
