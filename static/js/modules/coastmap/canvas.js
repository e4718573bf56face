/* The one canvas over the map: ways of patrols and marks of findings. Inked aside and shown when it is whole. */

import { ink } from './ink.js';
import { atOnce } from './slices.js';

const AROUND = 0.15; // of the map, drawn beyond its edges
const FINE_FROM = 13; // zoom; below it the line made for that zoom is at most half a pixel off
const REACH = { mouse: 8, touch: 18 };
const PRINTED = 3; // dots for each pixel, on paper
const PALE = 0.4; // lines too coarse for this zoom, until the right ones are there

const bandOf = (zoom) => (zoom >= FINE_FROM ? 'fine' : zoom >= 11 ? 'z12' : 'z10');

/** `ask(band, bounds)` gives the octets of a stream or null; `onDrawn` is told after every whole picture whether it has lines,
    `onFailed` when there will be none. */
export function overlay(L, { ask, onDrawn, onFailed }) {
  return L.Layer.extend({
    initialize() {
      this.held = {}; // band → { octets, bounds }
      this.asked = {}; // band → { bounds, coming }
      this.spots = [];
      this.marks = [];
      this.shown = { routes: true, spots: true };
      this.isPrinting = false;
    },

    onAdd(map) {
      this.canvas = this.blank();
      map.getPane('overlayPane').append(this.canvas);
      this.refresh();
    },

    onRemove() {
      this.canvas.remove();
    },

    getEvents() {
      return { moveend: this.refresh, resize: this.refresh, zoomanim: this.zooming, zoom: this.zoomed };
    },

    blank() {
      return L.DomUtil.create('canvas', 'leaflet-zoom-animated coast-canvas');
    },

    colours() {
      const style = getComputedStyle(this._map.getContainer());
      const of = (name) => style.getPropertyValue(name).trim();
      const kind = this.isPrinting ? 'print' : 'force';
      return {
        forces: [0, 1, 2, 3].map((number) => of(`--map-${kind}-${number}`)),
        ink: of(this.isPrinting ? '--map-print-ink' : '--map-ink'),
        ground: of(this.isPrinting ? '--map-print-ground' : '--map-mark'),
      };
    },

    /** What is needed for this view, then a new picture; a newer view ends the older's work. */
    refresh() {
      const map = this._map;
      if (!map) return;
      const turn = this.turn = (this.turn ?? 0) + 1;
      this.look(map, () => this._map && turn === this.turn).catch(onFailed);
    },

    async look(map, isWanted) {
      const band = bandOf(map.getZoom());
      if (this.hasRoutes && !this.holds(band)) {
        const other = ['z12', 'fine', 'z10'].find((one) => this.held[one]);
        if (other) await this.draw(other, isWanted, PALE);
        if (!isWanted()) return;
        await this.fetch(band, band === 'fine' ? map.getBounds().pad(0.5) : null);
        if (!isWanted() || !this.holds(band)) return;
      }
      await this.draw(band, isWanted);
    },

    /** One asking of a band at a time, whoever waits for it. */
    fetch(band, bounds) {
      const asked = this.asked[band];
      if (asked && (!bounds || asked.bounds.contains(this._map.getBounds()))) return asked.coming;
      const coming = (async () => {
        const octets = await ask(band, bounds);
        if (octets) {
          await (await ink).keep(band, octets);
          this.held[band] = { octets, bounds };
        } else delete this.asked[band];
      })();
      this.asked[band] = { bounds, coming };
      return coming;
    },

    holds(band) {
      const held = this.held[band];
      return held && (!held.bounds || held.bounds.contains(this._map.getBounds()));
    },

    view() {
      const map = this._map;
      const size = map.getSize();
      const origin = map.getPixelBounds().min;
      return {
        zoom: map.getZoom(),
        left: Math.round(origin.x - size.x * AROUND),
        top: Math.round(origin.y - size.y * AROUND),
        width: Math.round(size.x * (1 + 2 * AROUND)),
        height: Math.round(size.y * (1 + 2 * AROUND)),
      };
    },

    /** What there is to ink of a band for the view of now. */
    job(band) {
      this.marks = this.shown.spots ? marksOf(this.spots, (lat, lng) => this._map.project([lat, lng])) : [];
      return {
        band: this.shown.routes ? band : null,
        view: this.view(),
        ratio: this.isPrinting ? PRINTED : Math.min(globalThis.devicePixelRatio || 1, 2),
        colours: this.colours(),
        marks: this.marks,
      };
    },

    async draw(band, isWanted, opacity = 1) {
      const job = this.job(band);
      const canvas = await (await ink).draw(job);
      if (!canvas || !isWanted()) return;
      this.replace(canvas, job.view, opacity);
      if (opacity === 1) onDrawn(Boolean(this.held[band]));
    },

    /** For paper: in black, at once, of what is held. `desk`: a module that inks in the page. */
    drawNow(desk) {
      this.isPrinting = true;
      this.turn = (this.turn ?? 0) + 1;
      const band = [bandOf(this._map.getZoom()), 'fine', 'z12'].find((one) => this.held[one]);
      const own = desk.makeDesk();
      if (band) atOnce(own.keep(band, this.held[band].octets));
      const canvas = this.blank();
      const job = this.job(band);
      atOnce(own.draw(canvas, job));
      this.replace(canvas, job.view, 1);
    },

    replace(canvas, view, opacity) {
      canvas.className = this.canvas.className;
      canvas.style.width = `${view.width}px`;
      canvas.style.height = `${view.height}px`;
      canvas.style.opacity = opacity;
      const corner = this._map.unproject([view.left, view.top], view.zoom);
      L.DomUtil.setPosition(canvas, this._map.latLngToLayerPoint(corner));
      this.canvas.replaceWith(canvas);
      this.canvas = canvas;
      this.drawn = { zoom: view.zoom, corner };
    },

    zooming(event) {
      if (!this.drawn) return;
      const scale = this._map.getZoomScale(event.zoom, this.drawn.zoom);
      L.DomUtil.setTransform(this.canvas, this._map._latLngToNewLayerPoint(this.drawn.corner, event.zoom, event.center), scale);
    },

    zoomed() {
      if (!this.drawn) return;
      const scale = this._map.getZoomScale(this._map.getZoom(), this.drawn.zoom);
      L.DomUtil.setTransform(this.canvas, this._map.latLngToLayerPoint(this.drawn.corner), scale);
    },

    /** The patrols under a tap, the newest first: of a mark, else of the lines within reach. */
    async patrolsAt(latlng, isTouch) {
      const zoom = this._map.getZoom();
      const { x, y } = this._map.project(latlng);
      const mark = this.marks.findLast((one) => Math.hypot(one.x - x, one.y - y) <= one.radius + (isTouch ? 8 : 2));
      if (mark) return [...new Set(mark.patrols)].sort((one, other) => other - one);
      if (!this.shown.routes) return [];
      return (await ink).patrolsAt({ band: bandOf(zoom), zoom, x, y, reach: isTouch ? REACH.touch : REACH.mouse });
    },
  });
}

const BESIDE = 50; // findings nearer than this on the screen stand together
const BELOW = 27;
const MOST_SIDE_BY_SIDE = 4;
const RADIUS = 10;

/** Where the marks of findings stand: [{ x, y, radius, number, patrols }] in pixels of the zoom; `place` maps a spot to them. */
export function marksOf(spots, place) {
  const places = []; // { at, kinds: number → patrols }
  for (const [lat, lng, number, patrol] of spots) {
    const at = place(lat, lng);
    let near = places.find((one) => Math.abs(one.at.x - at.x) < BESIDE && Math.abs(one.at.y - at.y) < BELOW);
    if (!near) places.push(near = { at, kinds: new Map() });
    if (!near.kinds.has(number)) near.kinds.set(number, []);
    near.kinds.get(number).push(patrol);
  }
  const marks = [];
  for (const { at, kinds } of places) {
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
