import { html } from 'lit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeInviteLink } from '#shared/invite-link.ts';
import { find, mount, nextEvent, wordsOf } from '../ui/testing/mount.ts';
import type { LinkFoundEvent } from './link-events.ts';
import './scan-page.ts';
import type { ScanPage } from './scan-page.ts';
import { drawCode } from './scanner/testing/draw-code.ts';

const link = encodeInviteLink('https://camera.example/', {
  kind: 'claim',
  camera: 'A'.repeat(43),
  secret: 'A'.repeat(22),
});
const page = html`<scan-page></scan-page>`;

let openCamera: ReturnType<typeof vi.spyOn>;
let camera: MediaStream;

beforeEach(async () => {
  camera = await filmOf(link);
  openCamera = vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockResolvedValue(camera);
});
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
  for (const track of camera.getTracks()) track.stop();
});

describe('scan page', () => {
  test('reads the code that its camera sees, and goes on at once', async () => {
    const element = await mount<ScanPage>(page);
    expect((await nextEvent<LinkFoundEvent>(element, 'link-found')).link).toBe(link);
  });

  test('stops its camera when it is left', async () => {
    const element = await mount<ScanPage>(page);
    await nextEvent(element, 'link-found');
    element.remove();
    expect(camera.getTracks().map(({ readyState }) => readyState)).toEqual(['ended']);
  });

  test('stops a camera that opens only after it was left', async () => {
    const opening = Promise.withResolvers<MediaStream>();
    openCamera.mockReturnValue(opening.promise);
    const element = await mount<ScanPage>(page);
    element.remove();
    opening.resolve(camera);
    await vi.waitFor(() => expect(camera.getTracks()[0]?.readyState).toBe('ended'));
  });

  test.each([
    ['NotAllowedError', 'The camera is blocked'],
    ['NotFoundError', 'No camera here'],
    ['NotReadableError', 'The camera is in use'],
    ['TypeError', 'The camera did not start'],
  ])('says what %s means, and keeps the other ways open', async (name, words) => {
    openCamera.mockRejectedValue(new DOMException('', name));
    const element = await mount<ScanPage>(page);
    await vi.waitFor(() => expect(wordsOf(element)).toContain(words));
    expect(wordsOf(element)).toContain('Photo');
    expect(wordsOf(element)).toContain('Link');
  });

  test('tries the camera again when asked to', async () => {
    openCamera.mockRejectedValueOnce(new DOMException('', 'NotReadableError'));
    const element = await mount<ScanPage>(page);
    await vi.waitFor(() => expect(wordsOf(element)).toContain('Try the camera again'));
    const found = nextEvent(element, 'link-found');
    find(element, '.stopped lk-button').click();
    await found;
  });

  test('reads a code from a photo when there is no camera', async () => {
    openCamera.mockRejectedValue(new DOMException('', 'NotFoundError'));
    const element = await mount<ScanPage>(page);
    const found = nextEvent<LinkFoundEvent>(element, 'link-found');
    choosePhoto(element, await drawCode(link, {}));
    expect((await found).link).toBe(link);
  });

  test.each([
    ['somebody else’s code', 'https://example.org/menu', 'That is a code of another kind'],
    ['no code', '', 'No code found in that photo'],
  ])('says so when a photo holds %s', async (_what, text, words) => {
    openCamera.mockRejectedValue(new DOMException('', 'NotFoundError'));
    const element = await mount<ScanPage>(page);
    choosePhoto(element, await drawCode(text, {}));
    await vi.waitFor(() => expect(wordsOf(element)).toContain(words), { timeout: 5000 });
  });

  test('asks for a pasted link instead', async () => {
    const element = await mount<ScanPage>(page);
    const asked = nextEvent(element, 'paste-link');
    find(element, '.ways lk-button[icon=link]').click();
    await asked;
  });

  test('offers the light only where there is one, and says whether it is on', async () => {
    const [track] = camera.getVideoTracks();
    if (!track) throw new TypeError('no track');
    track.getCapabilities = () => ({ torch: true }) as MediaTrackCapabilities;
    const applied = vi.spyOn(track, 'applyConstraints').mockResolvedValue();
    const element = await mount<ScanPage>(page);
    const torch = await vi.waitFor(() => find(element, '.torch'));
    torch.click();
    await vi.waitFor(() => expect(find(torch, 'button').getAttribute('aria-pressed')).toBe('true'));
    expect(applied).toHaveBeenCalledWith({ advanced: [{ torch: true }] });
  });
});

function choosePhoto(element: Element, photo: Blob): void {
  const transfer = new DataTransfer();
  transfer.items.add(new File([photo], 'code.png', { type: 'image/png' }));
  const input = find<HTMLInputElement>(element, 'input');
  input.files = transfer.files;
  input.dispatchEvent(new Event('change'));
}

/** What a camera in front of the code would film. */
async function filmOf(text: string): Promise<MediaStream> {
  const bitmap = await createImageBitmap(await drawCode(text, { photoSize: 720 }));
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 720;
  const context = canvas.getContext('2d');
  const stream = canvas.captureStream(20);
  const draw = () => {
    if (stream.getVideoTracks()[0]?.readyState !== 'live') return;
    context?.drawImage(bitmap, 0, 0);
    requestAnimationFrame(draw);
  };
  draw();
  return stream;
}
