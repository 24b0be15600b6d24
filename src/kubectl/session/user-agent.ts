// How requests name the program: kubectl, so that servers derive the same field manager as from the original.
import { BUILD } from '../../api/meta/v1/version.ts';

const { gitVersion, platform, gitCommit } = BUILD;
export const userAgent = `kubectl/${gitVersion} (${platform}) kubernetes/${gitCommit.slice(0, 7) || '$Format'}`;
