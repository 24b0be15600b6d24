// Serves the pause image and busybox at 127.0.0.1:5000 of the network namespace it runs in, until it is killed. Started by
// foreign-runtime.ts, so that a runtime pulls what it needs by its own means.
import { PAUSE_IMAGE, pauseImage } from '../../../src/cri/image/pause/pause.ts';
import { busyboxImage } from '../busybox-image.ts';
import { startRegistry } from '../registry.ts';

const images = { 'pause:1': pauseImage(), 'busybox:1': busyboxImage() };
await startRegistry({ address: '127.0.0.1', port: 5000, images });
process.stdout.write(`${PAUSE_IMAGE} and busybox are served\n`);
