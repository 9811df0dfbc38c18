/**
 * Behaves as `rpicam-vid` and `rpicam-hello --list-cameras` do, with the test picture for a camera. `RPICAM_STANDIN` says what becomes of
 * it: `gone` and `busy` say so and end, `silent` gives no picture.
 */
import { createSocket } from 'node:dgram';
import { parseArgs } from 'node:util';
import { encodeByteStream } from '../nal-units.ts';
import { MAX_DATAGRAM_BYTES } from '../rpicam/rpicam-arguments.ts';
import { TestPicture } from '../test-picture/test-picture.ts';

const LISTING = `Available cameras
-----------------
0 : imx708 [4608x2592 10-bit RGGB] (/base/soc/i2c0mux/i2c@1/imx708@1a)
    Modes: 'SRGGB10_CSI2P' : 1536x864 [120.13 fps - (768, 432)/3072x1728 crop]
                             2304x1296 [56.03 fps - (0, 0)/4608x2592 crop]
1 : HD Webcam C525 [1280x720] (/base/scb/pcie@7d500000/pci@0,0/usb@0,0-1.2:1.0-046d:0825)
`;
const SAYINGS: Readonly<Record<string, string>> = {
  gone: 'ERROR: *** no cameras available ***',
  busy: 'ERROR: *** failed to acquire camera /base/soc/i2c0mux/i2c@1/imx708@1a ***',
};

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const { values } = parseArgs({
  options: {
    ...{ 'list-cameras': flag, nopreview: flag, inline: flag, flush: flag, hflip: flag, vflip: flag },
    ...{ timeout: text, codec: text, profile: text, level: text, denoise: text, width: text, height: text },
    ...{ framerate: text, intra: text, bitrate: text, ev: text, output: text },
  },
});

if (values['list-cameras']) process.stdout.write(LISTING);
else await record();

async function record(): Promise<void> {
  const fate = process.env.RPICAM_STANDIN ?? '';
  const saying = SAYINGS[fate];
  if (saying) {
    process.stderr.write(`${saying}\n`);
    process.exitCode = 255;
    return;
  }
  const number = (name: 'width' | 'height' | 'framerate' | 'bitrate' | 'intra') => Number(values[name]);
  const format = { width: number('width'), height: number('height'), frameRate: number('framerate') };
  const camera = new TestPicture({ format, bitrateBps: number('bitrate') });
  const socket = createSocket('udp4');
  const port = Number(new URL(values.output ?? '').port);
  let pictures = 0;
  camera.onAccessUnit(({ nalUnits }) => {
    const bytes = encodeByteStream(nalUnits);
    for (let at = 0; fate !== 'silent' && at < bytes.length; at += MAX_DATAGRAM_BYTES)
      socket.send(bytes.subarray(at, at + MAX_DATAGRAM_BYTES), port, '127.0.0.1');
    pictures += 1;
    if (pictures % number('intra') === 0) camera.requestKeyframe();
  });
  // The clock's timers keep no process alive, as nothing in the relay may.
  const alive = setInterval(() => undefined, 1_000);
  process.once('SIGINT', () => {
    clearInterval(alive);
    socket.close();
    void camera.close();
  });
  await camera.start();
}
