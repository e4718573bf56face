/* The one canvas over the map: ways of patrols and marks of findings. Drawn aside in slices and shown when it is whole. */

import { readRoutes, routesAt } from '../../rules/routes.js';
import { marksOf, paintMarks, paintRoutes } from './paint.js';
import { atOnce, inSlices, nextFrame } from './slices.js';

const AROUND = 0.15; // of the map, drawn beyond its edges
const FINE_FROM = 13; // zoom; below it the line made for that zoom is at most half a pixel off
const REACH = { mouse: 8, touch: 18 };
const PALE = 0.4; // lines too coarse for this zoom, until the right ones are there

const bandOf = (zoom) => (zoom >= FINE_FROM ? 'fine' : zoom >= 11 ? 'z12' : 'z10');

/** `ask(band, bounds)` gives the octets of a stream; `onDrawn` is told after every whole picture. */
export function overlay(L, ask, onDrawn) {
  return L.Layer.extend({
    initialize() {
      this.held = {}; // band → { routes, bounds }
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
    async refresh() {
      const map = this._map;
      if (!map) return;
      const turn = this.turn = (this.turn ?? 0) + 1;
      const isWanted = () => this._map && turn === this.turn;
      const band = bandOf(map.getZoom());
      const isThere = this.holds(band);
      if (this.hasRoutes && !isThere) {
        const other = this.held.z12 ?? this.held.fine ?? this.held.z10;
        if (other) await this.draw(other.routes, isWanted, PALE);
        if (!isWanted()) return;
        const bounds = band === 'fine' ? map.getBounds().pad(0.5) : null;
        await this.fetch(band, bounds);
        if (!isWanted() || !this.holds(band)) return;
      }
      await this.draw(this.held[band]?.routes, isWanted);
    },

    /** One asking of a band at a time, whoever waits for it. */
    fetch(band, bounds) {
      const asked = this.asked[band];
      if (asked && (!bounds || asked.bounds.contains(this._map.getBounds()))) return asked.coming;
      const coming = (async () => {
        const octets = await ask(band, bounds);
        if (octets) this.held[band] = { routes: await inSlices(readRoutes(octets)), bounds };
        else delete this.asked[band];
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

    * picture(canvas, view, routes) {
      const ratio = this.isPrinting ? 3 : Math.min(globalThis.devicePixelRatio || 1, 2);
      canvas.width = view.width * ratio;
      canvas.height = view.height * ratio;
      canvas.style.width = `${view.width}px`;
      canvas.style.height = `${view.height}px`;
      const context = canvas.getContext('2d');
      const colours = this.colours();
      if (routes && this.shown.routes) yield* paintRoutes(context, routes, view, colours.forces, ratio);
      this.marks = this.shown.spots ? marksOf(this.spots, (lat, lng) => this._map.project([lat, lng])) : [];
      yield* paintMarks(context, this.marks, view, colours, ratio);
    },

    async draw(routes, isWanted, opacity = 1) {
      const view = this.view();
      const canvas = this.blank();
      this.place(canvas, view, opacity);
      this.canvas.after(canvas); // over the last picture, so that a slow screen inks it slice by slice
      const done = await inSlices(this.picture(canvas, view, routes), isWanted, nextFrame);
      if (done === null) {
        canvas.remove();
        return;
      }
      this.replace(canvas, view);
      if (opacity === 1) onDrawn(routes);
    },

    /** For paper: in black, at once, of what is held. */
    drawNow(isPrinting) {
      this.isPrinting = isPrinting;
      this.turn = (this.turn ?? 0) + 1;
      const held = this.held[bandOf(this._map.getZoom())] ?? this.held.fine ?? this.held.z12;
      const view = this.view();
      const canvas = this.blank();
      atOnce(this.picture(canvas, view, held?.routes));
      this.place(canvas, view, 1);
      this.canvas.after(canvas);
      this.replace(canvas, view);
    },

    place(canvas, view, opacity) {
      canvas.style.opacity = opacity;
      L.DomUtil.setPosition(canvas, this._map.latLngToLayerPoint(this._map.unproject([view.left, view.top], view.zoom)));
    },

    replace(canvas, view) {
      this.canvas.remove();
      this.canvas = canvas;
      this.drawn = { zoom: view.zoom, corner: this._map.unproject([view.left, view.top], view.zoom) };
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
    patrolsAt(latlng, isTouch) {
      const at = this._map.project(latlng);
      const mark = this.marks.findLast((one) => Math.hypot(one.x - at.x, one.y - at.y) <= one.radius + (isTouch ? 8 : 2));
      if (mark) return [...new Set(mark.patrols)].sort((one, other) => other - one);
      const routes = this.held[bandOf(this._map.getZoom())]?.routes;
      if (!routes || !this.shown.routes) return [];
      const scale = 2 ** (routes.zoom + 1 - this._map.getZoom());
      const reach = (isTouch ? REACH.touch : REACH.mouse) * scale;
      return routesAt(routes, at.x * scale, at.y * scale, reach).map((number) => routes.ids[number]);
    },
  });
}
