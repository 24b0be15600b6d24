// What the driver is given of a class's parameters. Pure. Upstream: RemovePrefixedParameters in pkg/utils/util.go.

/** Those of the class that the driver is given. */
export function driverParameters(parameters: Readonly<Record<string, string>>): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [key, value] of Object.entries(parameters))
    if (!key.startsWith(RESERVED)) given[key] = value;
    else if (!KNOWN.has(key))
      throw new Error(
        `failed to remove CSI Parameters of prefixed keys: found unknown parameter key "${key}" with reserved namespace ${RESERVED}`,
      );
  return given;
}

const RESERVED = 'csi.storage.k8s.io/';
const KNOWN: ReadonlySet<string> = new Set(
  ['snapshotter', 'snapshotter-list', 'group-snapshotter', 'group-snapshotter-get'].flatMap((one) => [
    `${RESERVED}${one}-secret-name`,
    `${RESERVED}${one}-secret-namespace`,
  ]),
);
