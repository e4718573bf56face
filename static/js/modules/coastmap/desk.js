/* Keeps the lines of each band, draws them and says which are at a place: the same in the page and as a worker of its own. */

import { readRoutes, routesAt } from '../../rules/routes.js';
import { paintMarks, paintRoutes } from './paint.js';
import { atOnce, inSlices } from './slices.js';

export function makeDesk() {
  const held = {}; // band → routes
  return {
    /** A generator: read the octets of a stream, from now on the lines of this band. */
    * keep(band, octets) {
      held[band] = yield* readRoutes(octets);
    },

    /** A generator: the lines of `band` (none when null) and the marks, on `canvas`. */
    * draw(canvas, { band, view, ratio, colours, marks }) {
      canvas.width = view.width * ratio;
      canvas.height = view.height * ratio;
      const context = canvas.getContext('2d');
      if (held[band]) yield* paintRoutes(context, held[band], view, colours.forces, ratio);
      yield* paintMarks(context, marks, view, colours, ratio);
    },

    /** Ids of the patrols whose lines pass within `reach` pixels of a place in pixels of `zoom`, the newest first. */
    patrolsAt({ band, zoom, x, y, reach }) {
      const routes = held[band];
      if (!routes) return [];
      const scale = 2 ** (routes.zoom + 1 - zoom);
      return routesAt(routes, x * scale, y * scale, reach * scale).map((number) => routes.ids[number]);
    },
  };
}

const hear = () => new Promise((go) => { setTimeout(go); }); // messages come in between, a newer wish among them
const SLICE_MS = 60;

/** As a worker: is sent [number, what, ...], answers [number, result, what went wrong]; number 0 says that it can work at all. */
function work() {
  const desk = makeDesk();
  let newest = 0;
  const known = {
    keep(number, band, octets) {
      atOnce(desk.keep(band, octets));
    },
    async draw(number, job) {
      newest = number;
      const canvas = new OffscreenCanvas(1, 1);
      const done = await inSlices(desk.draw(canvas, job), { isWanted: () => number === newest, rest: hear, longest: SLICE_MS });
      return done === null ? null : canvas.transferToImageBitmap();
    },
    patrolsAt: (number, place) => desk.patrolsAt(place),
  };
  globalThis.onmessage = async ({ data: [number, what, ...given] }) => {
    try {
      const result = await known[what](number, ...given);
      postMessage([number, result], result instanceof ImageBitmap ? [result] : []);
    } catch (error) {
      postMessage([number, null, String(error)]);
    }
  };
  if (new OffscreenCanvas(1, 1).getContext('2d')) postMessage([0]);
  else throw new Error('no canvas in a worker');
}

if (!globalThis.document) work();
