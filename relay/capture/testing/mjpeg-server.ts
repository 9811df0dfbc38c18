import { execFileSync } from 'node:child_process';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const BOUNDARY = 'picture';
const INTERVAL_MS = 40;

/** A network camera of the simplest kind: JPEG pictures without end over HTTP, for whoever knows the password. */
export interface MjpegServer {
  readonly url: string;
  /** Ends the streams that run, too. */
  close(): Promise<void>;
}

/** `login` is `name:password`; without it everybody may look. */
export async function startMjpegServer(login: string | null = null): Promise<MjpegServer> {
  const pictures = makePictures();
  const streams = new Set<ServerResponse>();
  const wanted = login && `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer((request, response) => {
    if (wanted && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end();
      return;
    }
    response.writeHead(200, { 'content-type': `multipart/x-mixed-replace; boundary=${BOUNDARY}` });
    streams.add(response);
    let index = 0;
    const timer = setInterval(() => sendPicture(response, pictures[index++ % pictures.length]), INTERVAL_MS);
    response.on('close', () => {
      clearInterval(timer);
      streams.delete(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/video`,
    close: async () => {
      for (const stream of streams) stream.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sendPicture(response: ServerResponse, picture: Uint8Array = new Uint8Array()): void {
  response.write(`--${BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`);
  response.write(picture);
  response.write('\r\n');
}

function makePictures(): readonly Buffer[] {
  const launch =
    'videotestsrc num-buffers=8 pattern=ball ! video/x-raw,width=320,height=240 ! jpegenc ! fdsink fd=1';
  const bytes = execFileSync('gst-launch-1.0', ['-q', ...launch.split(' ')]);
  const starts: number[] = [];
  for (let at = bytes.indexOf('ffd8ff', 0, 'hex'); at >= 0; at = bytes.indexOf('ffd8ff', at + 3, 'hex'))
    starts.push(at);
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1]));
}
