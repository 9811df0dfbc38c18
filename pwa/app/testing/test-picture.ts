/** A still, peaceful street at dusk as a stream of 1280x720, so that a screen can be judged with a picture on it. */
export function openTestPicture(): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = 1280;
  canvas.height = 720;
  const context = canvas.getContext('2d');
  if (!context) throw new TypeError('no canvas to draw on');
  drawDusk(context);
  const stream = canvas.captureStream(5);
  const timer = setInterval(() => {
    drawDusk(context);
    if (stream.getVideoTracks()[0]?.readyState === 'ended') clearInterval(timer);
  }, 200);
  return stream;
}

function drawDusk(context: CanvasRenderingContext2D): void {
  fill(
    context,
    [0, 0, 1280, 470],
    [
      [0, '#16323f'],
      [0.6, '#8a6a5c'],
      [1, '#f0b277'],
    ],
  );
  drawHills(context);
  fill(
    context,
    [0, 470, 1280, 250],
    [
      [0, '#29383a'],
      [1, '#10191b'],
    ],
  );
  drawHouse(context);
  drawPath(context);
}

function fill(
  context: CanvasRenderingContext2D,
  [x, y, width, height]: readonly [number, number, number, number],
  stops: readonly (readonly [number, string])[],
): void {
  const gradient = context.createLinearGradient(0, y, 0, y + height);
  for (const [offset, colour] of stops) gradient.addColorStop(offset, colour);
  context.fillStyle = gradient;
  context.fillRect(x, y, width, height);
}

function drawHills(context: CanvasRenderingContext2D): void {
  context.fillStyle = '#3b4a4c';
  context.beginPath();
  context.moveTo(0, 440);
  context.bezierCurveTo(260, 330, 430, 420, 640, 400);
  context.bezierCurveTo(860, 380, 1000, 310, 1280, 420);
  context.lineTo(1280, 480);
  context.lineTo(0, 480);
  context.fill();
}

function drawHouse(context: CanvasRenderingContext2D): void {
  context.fillStyle = '#1a2628';
  context.beginPath();
  for (const [x, y] of [
    [770, 560],
    [770, 330],
    [930, 230],
    [1090, 330],
    [1090, 560],
  ] as const)
    context.lineTo(x, y);
  context.fill();
  context.fillStyle = '#ffd48a';
  for (const x of [820, 980]) context.fillRect(x, 370, 64, 74);
  context.fillStyle = '#2c1d12';
  context.fillRect(905, 460, 56, 100);
}

function drawPath(context: CanvasRenderingContext2D): void {
  context.fillStyle = '#3d4747';
  context.beginPath();
  context.moveTo(905, 560);
  context.lineTo(961, 560);
  context.lineTo(760, 720);
  context.lineTo(420, 720);
  context.fill();
}
