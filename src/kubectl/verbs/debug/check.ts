// Which combinations of debug's flags are refused, and the custom profile's file. Called by command.ts.
import { load } from 'js-yaml';
import { isObject, type JsonObject } from '../../../api/patch/json.ts';
import { isImageName } from './image-name.ts';
import { type DebugWishes, PULL_POLICIES, type PullPolicy } from './plan.ts';

export interface Given {
  readonly targets: number;
  readonly filenames: number;
  /** Undefined unless --attach was given. */
  readonly attach: boolean | undefined;
  readonly replace: boolean;
}

const BAD_IMAGE = 'invalid reference format';

export function checkWishes(wishes: DebugWishes, given: Given): void {
  const { image, container, args, copyTo, setImages } = wishes;
  if (given.attach && !image && !container)
    throw new Error(
      'you must specify --container or create a new container using --image in order to attach.',
    );
  if (copyTo) {
    if (!image && setImages.length === 0 && args.length === 0)
      throw new Error('you must specify --image, --set-image or command arguments.');
    if (args.length > 0 && !container && !image)
      throw new Error('you must specify an existing container or a new image when specifying args.');
  } else {
    if (given.replace) throw new Error('--replace may only be used with --copy-to.');
    if (wishes.sameNode) throw new Error('--same-node may only be used with --copy-to.');
    if (setImages.length > 0) throw new Error('--set-image may only be used with --copy-to.');
    if (!image) throw new Error('you must specify --image when not using --copy-to.');
  }
  if (image && !isImageName(image))
    throw new Error(`invalid image name ${JSON.stringify(image)}: ${BAD_IMAGE}`);
  if (given.targets === 0 && given.filenames === 0) throw new Error('NAME or filename is required for debug');
  for (const [name, value] of setImages)
    if (!isImageName(value))
      throw new Error(
        `invalid image name ${JSON.stringify(value)} for container ${JSON.stringify(name)}: ${BAD_IMAGE}`,
      );
  if (wishes.target && copyTo)
    throw new Error('--target is incompatible with --copy-to. Use --share-processes instead.');
  if (wishes.tty && !wishes.stdin)
    throw new Error('-i/--stdin is required for containers with -t/--tty=true');
  if (wishes.custom && UNCHANGEABLE.some((field) => isSet(wishes.custom?.[field])))
    throw new Error(
      'name, command, image, lifecycle and volume devices are not modifiable via custom profile',
    );
}

export function pullPolicyOf(text: string): PullPolicy | '' {
  const found = PULL_POLICIES.find((policy) => policy === text);
  if (text && !found) throw new Error(`invalid image pull policy: ${text}`);
  return found ?? '';
}

const UNCHANGEABLE = ['name', 'command', 'image', 'lifecycle', 'volumeDevices'];

const isSet = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** A partial container in JSON or YAML. */
export function customProfile(text: string, file: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = load(text);
  } catch (cause) {
    throw new Error(
      `${file} does not contain a valid container spec: ${cause instanceof Error ? cause.message.split('\n')[0] : cause}`,
      { cause },
    );
  }
  if (isObject(parsed)) return parsed;
  throw new Error(`${file} does not contain a valid container spec: it is no object`);
}
