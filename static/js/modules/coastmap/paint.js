/* Strokes of the forces and marks of findings on a canvas. Colours come from the stylesheet; widths and patterns tell the
   forces apart without colour too. A beach is walked again and again, so patterns stand still on the screen: dashes and
   dots of a hundred lines over each other fall together, the dots into the gaps of the dashes, over the widest line. */

const STYLES = [
  { width: 5.5 },
  { width: 3.2, from: 0, to: 9 },
  { width: 3.2, from: 14.5, to: 18 },
  { width: 1.4 },
];
const PERIOD = 24; // px: of dashes and dots
const A_STROKE = 60; // pieces of one stroke
const A_SHEET = 10 * A_STROKE;

export const stylesOf = (force) => STYLES[Math.min(force, STYLES.length - 1)];

/** Bricks of ink, so that a line in any direction meets gaps. */
function bricks(context, style, ratio) {
  const period = Math.round(PERIOD * ratio);
  const from = Math.round(style.from * ratio);
  const length = Math.round((style.to - style.from) * ratio);
  const cell = document.createElement('canvas');
  cell.width = period;
  cell.height = 2 * period;
  const pen = cell.getContext('2d');
  pen.fillRect(from, 0, length, period);
  const shifted = (from + Math.round(period / 2)) % period;
  pen.fillRect(shifted, period, length, period);
  pen.fillRect(shifted - period, period, length, period);
  const pattern = context.createPattern(cell, 'repeat');
  pattern.setTransform(new DOMMatrix().rotate(10));
  return pattern;
}

/** A sheet of its own for a force with gaps: its lines whole, and the gaps cut out of all of them at once. */
function sheetLike({ canvas }) {
  const sheet = document.createElement('canvas');
  sheet.width = canvas.width;
  sheet.height = canvas.height;
  return sheet.getContext('2d', { willReadFrequently: true });
}

/** Draw what of the routes lies in the view; `view`: { left, top, width, height } in pixels of `zoom`, `ratio` of the screen. */
export function* paintRoutes(context, routes, view, colours, ratio) {
  const scale = 2 ** (view.zoom - routes.zoom - 1);
  const inside = [view.left / scale, view.top / scale, (view.left + view.width) / scale, (view.top + view.height) / scale];
  const { owners, starts, x, y, boxes, forces } = routes;
  const byForce = new Map();
  for (let p = 0; p < owners.length; p += 1) {
    const b = 4 * p;
    if (boxes[b] > inside[2] || boxes[b + 2] < inside[0] || boxes[b + 1] > inside[3] || boxes[b + 3] < inside[1]) continue;
    const force = forces[owners[p]];
    if (!byForce.has(force)) byForce.set(force, []);
    byForce.get(force).push(p);
  }
  yield;
  const order = [...byForce.keys()].sort((one, other) => stylesOf(other).width - stylesOf(one).width);
  const k = scale * ratio;
  const dx = view.left * ratio;
  const dy = view.top * ratio;
  for (const force of order) {
    const style = stylesOf(force);
    const pen = style.to === undefined ? context : sheetLike(context);
    pen.lineJoin = 'bevel';
    pen.strokeStyle = colours[Math.min(force, colours.length - 1)];
    pen.lineWidth = style.width * ratio;
    const pieces = byForce.get(force);
    for (let from = 0; from < pieces.length; from += A_STROKE) {
      pen.beginPath();
      for (const p of pieces.slice(from, from + A_STROKE)) {
        pen.moveTo(x[starts[p]] * k - dx, y[starts[p]] * k - dy);
        for (let n = starts[p] + 1; n < starts[p + 1]; n += 1) pen.lineTo(x[n] * k - dx, y[n] * k - dy);
      }
      pen.stroke();
      // inks what is asked for so far: put off, it would all come in one long step; too often, it copies the sheet each time
      if (pen !== context && from % A_SHEET === 0) pen.getImageData(0, 0, 1, 1);
      yield;
    }
    if (pen !== context) {
      pen.globalCompositeOperation = 'destination-in';
      pen.fillStyle = bricks(pen, style, ratio);
      pen.fillRect(0, 0, pen.canvas.width, pen.canvas.height);
      yield;
      context.drawImage(pen.canvas, 0, 0);
      yield;
    }
  }
}

const CELL = 34; // findings nearer than this on the screen stand together
const MOST_SIDE_BY_SIDE = 4;
const RADIUS = 10;

/** Where the marks of findings stand: [{ x, y, radius, number, patrols }] in pixels of the zoom; `place` maps a spot to them. */
export function marksOf(spots, place) {
  const cells = new Map();
  for (const [lat, lng, number, patrol] of spots) {
    const at = place(lat, lng);
    const key = `${Math.round(at.x / CELL)} ${Math.round(at.y / CELL)}`;
    if (!cells.has(key)) cells.set(key, { at, kinds: new Map() });
    const kinds = cells.get(key).kinds;
    if (!kinds.has(number)) kinds.set(number, []);
    kinds.get(number).push(patrol);
  }
  const marks = [];
  for (const { at, kinds } of cells.values()) {
    const ordered = [...kinds].sort((one, other) => other[1].length - one[1].length || one[0] - other[0]);
    const single = ordered.length <= MOST_SIDE_BY_SIDE ? ordered : ordered.slice(0, MOST_SIDE_BY_SIDE - 1);
    const rest = ordered.slice(single.length);
    let { x } = at;
    for (const [number, patrols] of single) {
      const radius = RADIUS + Math.min(4, Math.log2(patrols.length) / 1.5);
      x += radius + 3;
      marks.push({ x, y: at.y, radius, text: String(number), patrols });
      x += radius - 3;
    }
    if (rest.length) {
      marks.push({ x: x + RADIUS + 3, y: at.y, radius: RADIUS, text: `+${rest.length}`, patrols: rest.flatMap((kind) => kind[1]) });
    }
  }
  return marks;
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
