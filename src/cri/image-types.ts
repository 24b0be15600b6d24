// Images on a node: how one is named, what the runtime knows of it, credentials for pulling it.

export interface ImageSpec {
  /** A reference (name, tag or digest) or an image id. */
  image: string;
  annotations?: Readonly<Record<string, string>>;
  userSpecifiedImage?: string;
  runtimeHandler?: string;
}

export interface Image {
  id: string;
  repoTags: string[];
  repoDigests: string[];
  size: number;
  /** The user the image runs as: a uid, or a username if it names one. */
  uid?: number;
  username: string;
  /** Exempt from image garbage collection. */
  pinned: boolean;
}

/** As the arguments of mount(8), `bind` as type for a directory that is there already. */
export interface FileSystemMount {
  type: string;
  source: string;
  options: readonly string[];
}

export interface AuthConfig {
  username?: string;
  password?: string;
  /** base64 of username:password. */
  auth?: string;
  serverAddress?: string;
  identityToken?: string;
  registryToken?: string;
}

export interface FilesystemUsage {
  timestamp: number;
  mountpoint: string;
  usedBytes?: number;
  inodesUsed?: number;
}
