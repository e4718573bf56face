/* Reads the stream of lines that patrol/coastmap/routes.py writes. Pure; a generator, so that a long stream can be read in
   slices: it yields now and then and returns the routes. */

const VERSION = 1;
const SLICE = 4096;

function* numbers(bytes, from, count, target) {
  let at = from;
  for (let n = 0; n < count; n += 1) {
    let value = 0;
    let scale = 1;
    let octet = bytes[at++];
    while (octet > 127) {
      value += (octet & 127) * scale;
      scale *= 128;
      octet = bytes[at++];
    }
    target[n] = value + octet * scale;
    if (n % SLICE === SLICE - 1) yield;
  }
  return at;
}

const signed = (value) => (value % 2 ? -(value + 1) / 2 : value / 2);

/** → { zoom, count, ids, forces, owners, starts, x, y, boxes }: piece p has the points starts[p] … starts[p + 1] - 1 of
    route owners[p]; positions are half pixels of `zoom`; boxes[4 * p …] is west, north, east, south of a piece. */
export function* readRoutes(bytes) {
  const head = new Float64Array(4);
  let at = yield* numbers(bytes, 0, 4, head);
  const [version, zoom, count, pieces] = head;
  if (version !== VERSION) throw new Error(`stream of version ${version}`);
  const ids = new Float64Array(count);
  const forces = new Uint16Array(count);
  const parts = new Float64Array(count);
  const sizes = new Float64Array(pieces);
  at = yield* numbers(bytes, at, count, ids);
  at = yield* numbers(bytes, at, count, forces);
  at = yield* numbers(bytes, at, count, parts);
  at = yield* numbers(bytes, at, pieces, sizes);
  const owners = new Uint32Array(pieces);
  const starts = new Uint32Array(pieces + 1);
  for (let n = 0, p = 0, id = 0; n < count; n += 1) {
    id += signed(ids[n]);
    ids[n] = id;
    for (const end = p + parts[n]; p < end; p += 1) {
      owners[p] = n;
      starts[p + 1] = starts[p] + sizes[p];
    }
  }
  const points = starts[pieces];
  const steps = new Float64Array(2 * points);
  yield* numbers(bytes, at, 2 * points, steps);
  const x = new Int32Array(points);
  const y = new Int32Array(points);
  const boxes = new Int32Array(4 * pieces);
  let firstX = 0;
  let firstY = 0;
  for (let p = 0; p < pieces; p += 1) {
    firstX += signed(steps[2 * starts[p]]);
    firstY += signed(steps[2 * starts[p] + 1]);
    let [nowX, nowY] = [firstX, firstY];
    let [west, north, east, south] = [nowX, nowY, nowX, nowY];
    for (let n = starts[p]; n < starts[p + 1]; n += 1) {
      if (n > starts[p]) {
        nowX += signed(steps[2 * n]);
        nowY += signed(steps[2 * n + 1]);
      }
      x[n] = nowX;
      y[n] = nowY;
      if (nowX < west) west = nowX; else if (nowX > east) east = nowX;
      if (nowY < north) north = nowY; else if (nowY > south) south = nowY;
    }
    boxes.set([west, north, east, south], 4 * p);
    if (p % 256 === 255) yield;
  }
  return { zoom, count, ids, forces, owners, starts, x, y, boxes };
}

/** The routes within `reach` half pixels of a place, as their numbers, the newest first. */
export function routesAt(routes, px, py, reach) {
  const { owners, starts, x, y, boxes } = routes;
  const found = new Set();
  for (let p = 0; p < owners.length; p += 1) {
    const b = 4 * p;
    const isFar = px < boxes[b] - reach || px > boxes[b + 2] + reach || py < boxes[b + 1] - reach || py > boxes[b + 3] + reach;
    if (isFar || found.has(owners[p])) continue;
    for (let n = starts[p]; n < starts[p + 1]; n += 1) {
      const before = n > starts[p] ? n - 1 : n;
      if (distance(px, py, x[before], y[before], x[n], y[n]) <= reach) {
        found.add(owners[p]);
        break;
      }
    }
  }
  return [...found].sort((one, other) => other - one);
}

function distance(px, py, ax, ay, bx, by) {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy;
  const part = length ? Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length)) : 0;
  return Math.hypot(px - ax - part * dx, py - ay - part * dy);
}
