// ImageService over CRI v1, for any runtime, and with it what only containerd can: to mount an image where the caller likes.
// Made by open.ts, and for other runtimes by endpoint/connect.ts.

import type { Clock } from '../../../kit/clock.ts';
import type { Method } from '../../../kit/grpc/client.ts';
import { string } from '../../../kit/protobuf/codec.ts';
import { message, optional, repeated } from '../../../kit/protobuf/message.ts';
import type { AuthConfig, Image, ImageSpec } from '../../image-types.ts';
import type { ImageService, PodSandboxConfig } from '../../runtime.ts';
import type { RuntimeChannel } from '../channel.ts';
import { imageMounts } from '../images/image-mounts.ts';
import { filesystemUsage, image } from '../messages/answer-messages.ts';
import { authConfig, imageSpec, podSandboxConfig } from '../messages/config-messages.ts';
import { filesystem } from './runtime-service.ts';

const path = (name: string) => `/runtime.v1.ImageService/${name}`;
const ofImage = message<{ image: ImageSpec }>({ image: [1, imageSpec] });
const nothing = message<object>({});

const listImages = {
  path: path('ListImages'),
  request: message<{ filter?: { image: ImageSpec } }>({
    filter: [1, optional(ofImage)],
  }),
  response: message<{ images: Image[] }>({ images: [1, repeated(image)] }),
};

const imageStatus = {
  path: path('ImageStatus'),
  request: ofImage,
  response: message<{ image: Image | undefined }>({ image: [1, optional(image)] }),
};

interface PullRequest {
  image: ImageSpec;
  auth?: AuthConfig;
  sandboxConfig?: PodSandboxConfig;
}

const pullImage: Method<PullRequest, { imageRef: string }> = {
  path: path('PullImage'),
  request: message<PullRequest>({
    image: [1, imageSpec],
    auth: [2, authConfig],
    sandboxConfig: [3, podSandboxConfig],
  }),
  response: message<{ imageRef: string }>({ imageRef: [1, string] }),
};

const removeImage = { path: path('RemoveImage'), request: ofImage, response: nothing };

const usages = repeated(filesystemUsage);
const imageFsInfo = {
  path: path('ImageFsInfo'),
  request: nothing,
  response: message<{
    imageFilesystems: ReturnType<typeof filesystemUsage.decode>[];
    containerFilesystems: ReturnType<typeof filesystemUsage.decode>[];
  }>({ imageFilesystems: [1, usages], containerFilesystems: [2, usages] }),
};

export const imageService = (grpc: RuntimeChannel, clock: Clock): ImageService => ({
  ...criImageService(grpc),
  ...imageMounts(grpc, clock),
});

export function criImageService(
  grpc: RuntimeChannel,
): Omit<ImageService, 'imageMount' | 'releaseImageMount'> {
  return {
    async listImages(spec) {
      const filter = spec && { image: spec };
      return (await grpc.unary(listImages, { filter })).images;
    },
    imageStatus: async (spec) => (await grpc.unary(imageStatus, { image: spec })).image,
    async pullImage(spec, { auth, sandboxConfig, signal } = {}) {
      const request = { image: spec, auth: auth && withUrl(auth), sandboxConfig };
      return (await grpc.unary(pullImage, request, { signal, timeout: 0 })).imageRef;
    },
    async removeImage(spec) {
      await grpc.unary(removeImage, { image: spec });
    },
    async imageFsInfo() {
      const info = await grpc.unary(imageFsInfo, {});
      return {
        imageFilesystems: info.imageFilesystems.map(filesystem),
        containerFilesystems: info.containerFilesystems.map(filesystem),
      };
    },
  };
}

/** containerd requires the server's address as a URL and refuses to pull with a mere host:port. */
function withUrl(auth: AuthConfig): AuthConfig {
  const { serverAddress } = auth;
  if (!serverAddress || serverAddress.includes('://')) return auth;
  return { ...auth, serverAddress: `https://${serverAddress}` };
}
