/** The mark in a square of 512: a latchkey whose bow is a lens, in amber on night-teal. */

/** How the ground under the key is cut. */
export type Shape = 'rounded' | 'full';

/** The drawing as SVG text. `scale` shrinks the key within its ground: a maskable icon keeps to the inner 80 %. */
export function drawMark(shape: Shape, scale = 1): string {
  const radius = shape === 'rounded' ? 116 : 0;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">
<defs>
<linearGradient id="ground" x1="0" y1="0" x2="0.6" y2="1"><stop stop-color="#174650"/><stop offset="1" stop-color="#061a1f"/></linearGradient>
<linearGradient id="brass" x1="0" y1="0" x2="1" y2="1"><stop stop-color="#ffcf82"/><stop offset="1" stop-color="#f0a030"/></linearGradient>
<radialGradient id="glass" cx="0.36" cy="0.3" r="0.85"><stop stop-color="#2b6a77"/><stop offset="1" stop-color="#04171b"/></radialGradient>
</defs>
<rect width="512" height="512" rx="${radius}" fill="url(#ground)"/>
<g transform="translate(256 256) scale(${scale}) translate(-256 -256)">
<path d="M268 268 396 396M332 332l34-34M376 376l34-34" fill="none" stroke="#f3a93c" stroke-width="42" stroke-linecap="round" stroke-linejoin="round"/>
<circle cx="200" cy="200" r="104" fill="url(#glass)" stroke="url(#brass)" stroke-width="42"/>
<circle cx="200" cy="200" r="38" fill="#f7b24d"/>
<path d="M146 190a58 58 0 0 1 40-48" fill="none" stroke="#eaf6f5" stroke-opacity="0.85" stroke-width="13" stroke-linecap="round"/>
</g>
</svg>
`;
}
