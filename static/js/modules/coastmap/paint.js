/* Strokes of the forces and marks of findings on a canvas. Colours come from the stylesheet; widths and patterns tell the
   forces apart without colour too. A beach is walked again and again, so patterns stand still on the screen: dashes and
   dots of a hundred lines over each other fall together, the dots into the gaps of the dashes, over the widest line. */

import { inked } from '../../rules/inked.js';

const STYLES = [
  { width: 5.5 },
  { width: 3.2, from: 0, to: 9 },
  { width: 3.2, from: 14.5, to: 18 },
  { width: 1.4 },
];
const PERIOD = 24; // px: of dashes and dots
const A_STROKE = 60; // pieces of one stroke
const A_SHEET = 10 * A_STROKE;
const CROWDED_TO = 13; // zoom; deeper down lines lie apart
const CELLS = 3; // to a pixel of the view, each way: what is left out lies within half a pixel of ink

const blank = (width, height) => (globalThis.document
  ? Object.assign(document.createElement('canvas'), { width, height })
  : new OffscreenCanvas(width, height));

export const stylesOf = (force) => STYLES[Math.min(force, STYLES.length - 1)];

/** Bricks of ink, so that a line in any direction meets gaps; laid from the corner of the whole picture. */
function bricks(context, style, ratio, corner) {
  const period = Math.round(PERIOD * ratio);
  const from = Math.round(style.from * ratio);
  const length = Math.round((style.to - style.from) * ratio);
  const cell = blank(period, 2 * period);
  const pen = cell.getContext('2d');
  pen.fillRect(from, 0, length, period);
  const shifted = (from + Math.round(period / 2)) % period;
  pen.fillRect(shifted, period, length, period);
  pen.fillRect(shifted - period, period, length, period);
  const pattern = context.createPattern(cell, 'repeat');
  pattern.setTransform(new DOMMatrix().translate(-corner.x, -corner.y).rotate(10));
  return pattern;
}

/** A sheet of its own for a force with gaps: its lines whole, and the gaps cut out of all of them at once. */
const sheetOf = ({ width, height }) => blank(width, height).getContext('2d', { willReadFrequently: true });

const groundUnder = (sheet, view, ratio, scale) => inked({
  x: (view.left + sheet.x / ratio) / scale,
  y: (view.top + sheet.y / ratio) / scale,
  width: sheet.width / ratio / scale,
  height: sheet.height / ratio / scale,
  cell: 1 / CELLS / scale,
});

/** Draw what of the routes lies in the view; `view`: { left, top, width, height } in pixels of `zoom`, `ratio` of the screen. */
export function* paintRoutes(context, routes, view, colours, ratio) {
  const scale = 2 ** (view.zoom - routes.zoom - 1);
  const inside = [view.left / scale, view.top / scale, (view.left + view.width) / scale, (view.top + view.height) / scale];
  const { owners, starts, x, y, boxes, forces } = routes;
  const byForce = new Map();
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let p = 0; p < owners.length; p += 1) {
    const b = 4 * p;
    if (boxes[b] > inside[2] || boxes[b + 2] < inside[0] || boxes[b + 1] > inside[3] || boxes[b + 3] < inside[1]) continue;
    const force = forces[owners[p]];
    if (!byForce.has(force)) byForce.set(force, []);
    byForce.get(force).push(p);
    west = Math.min(west, boxes[b]);
    north = Math.min(north, boxes[b + 1]);
    east = Math.max(east, boxes[b + 2]);
    south = Math.max(south, boxes[b + 3]);
  }
  yield;
  const order = [...byForce.keys()].sort((one, other) => stylesOf(other).width - stylesOf(one).width);
  const k = scale * ratio;
  const { width, height } = context.canvas;
  const wide = Math.ceil(STYLES[0].width * ratio);
  const [left, top] = [west * k - view.left * ratio, north * k - view.top * ratio].map((side) => Math.max(0, Math.floor(side) - wide));
  const sheet = { // the part of the picture that has lines
    x: left,
    y: top,
    width: Math.max(1, Math.min(width, Math.ceil(east * k - view.left * ratio) + wide) - left),
    height: Math.max(1, Math.min(height, Math.ceil(south * k - view.top * ratio) + wide) - top),
  };
  for (const force of order) {
    const style = stylesOf(force);
    const isWhole = style.to === undefined;
    const pen = isWhole ? context : sheetOf(sheet);
    const dx = view.left * ratio + (isWhole ? 0 : sheet.x);
    const dy = view.top * ratio + (isWhole ? 0 : sheet.y);
    pen.lineJoin = 'bevel';
    pen.strokeStyle = colours[Math.min(force, colours.length - 1)];
    pen.lineWidth = style.width * ratio;
    const ground = view.zoom <= CROWDED_TO ? groundUnder(sheet, view, ratio, scale) : null;
    const pieces = byForce.get(force);
    for (let from = 0; from < pieces.length; from += A_STROKE) {
      pen.beginPath();
      for (const p of pieces.slice(from, from + A_STROKE)) {
        let isDown = false;
        for (let n = starts[p] + 1; n < starts[p + 1]; n += 1) {
          const isShown = !ground || ground.isNews(x[n - 1], y[n - 1], x[n], y[n]);
          if (isShown && !isDown) pen.moveTo(x[n - 1] * k - dx, y[n - 1] * k - dy);
          if (isShown) pen.lineTo(x[n] * k - dx, y[n] * k - dy);
          isDown = isShown;
        }
      }
      pen.stroke();
      // inks what is asked for so far: put off, it would all come in one long step; too often, it copies the sheet each time
      if (!isWhole && from % A_SHEET === 0) pen.getImageData(0, 0, 1, 1);
      yield;
    }
    if (!isWhole) {
      pen.globalCompositeOperation = 'destination-in';
      pen.fillStyle = bricks(pen, style, ratio, sheet);
      pen.fillRect(0, 0, sheet.width, sheet.height);
      yield;
      context.drawImage(pen.canvas, sheet.x, sheet.y);
      yield;
    }
  }
}

export function* paintMarks(context, marks, view, colours, ratio) {
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const mark of marks) {
    const x = (mark.x - view.left) * ratio;
    const y = (mark.y - view.top) * ratio;
    if (x < -40 || y < -40 || x > context.canvas.width + 40 || y > context.canvas.height + 40) continue;
    context.beginPath();
    context.arc(x, y, mark.radius * ratio, 0, 2 * Math.PI);
    context.fillStyle = colours.ground;
    context.fill();
    context.lineWidth = 2 * ratio;
    context.strokeStyle = colours.ink;
    context.stroke();
    context.fillStyle = colours.ink;
    context.font = `700 ${11 * ratio}px system-ui, sans-serif`;
    context.fillText(mark.text, x, y);
    yield;
  }
}
