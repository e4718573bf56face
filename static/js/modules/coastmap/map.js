/* Everything on the map that folium's script has made. Words come from the page or are fetched, and are only ever shown as
   text. Inside [data-coast]: [data-words] says what controls are called, [data-sketch] is shown until the map is there. */

import { overlay } from './canvas.js';
import { land } from './land.js';
import { inSlices, pause } from './slices.js';

const SMALL = 600; // px; a phone opens one zoom farther out
const SEA_PLACES = { // from the middle of the work area, in degrees, and the zooms at which the name stands there
  wide: [[0.027, 0.0, 13, 17], [0.035, 0.0, 12, 12], [-0.055, 0.135, 11, 11], [-0.16, 0.11, 10, 10], [-0.35, 0.25, 9, 9], [-1.2, 4.2, 0, 8]],
  small: [[0.027, 0.0, 13, 17], [0.035, 0.012, 12, 12], [0.08, 0.06, 11, 11], [0.1, 0.12, 9, 10], [-1.2, 4.2, 0, 8]],
};
const ARCHIPELAGOS = { hoangSa: [16.6, 112.0], truongSa: [9.6, 114.2] };
const BESIDE = -18; // px: parts of the coast stand a little inland of the line of the whole
const ASK_AGAIN_MS = 60_000;
const LINES_FIRST_MS = 800; // so long everything else waits for the lines

/** In steps, so that no step keeps a slow phone from answering a finger. */
export async function showCoast(map, options) {
  const { L } = globalThis;
  const box = map.getContainer().closest('[data-coast]');
  const page = box.closest('main');
  const words = box.querySelector('[data-words]').dataset;
  const held = new Map(); // address → ETag
  const signal = (name) => { page.querySelector(`[data-when="${name}"]`).hidden = false; };

  const fetched = async (address) => {
    const answer = await fetch(address, { credentials: 'same-origin' });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    held.set(address, answer.headers.get('ETag'));
    return answer;
  };

  const ask = async (band, bounds) => {
    const view = bounds ? `&khung=${[bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((side) => side.toFixed(4))}` : '';
    try {
      return new Uint8Array(await (await fetched(`${options.routes}&net=${band}${view}`)).arrayBuffer());
    } catch {
      signal('failed');
      return null;
    }
  };
  const told = (ids) => fetched(`${options.patrols}&luot=${ids.join(',')}`).then((answer) => answer.json());
  let coming;
  const popups = () => coming ??= import('./popup.js').then((module) => module.popups(L, map, box, told));
  const later = () => {
    popups();
    paper(map, box, over);
  };
  let isThere;
  const first = new Promise((go) => { isThere = go; });
  const Overlay = overlay(L, {
    ask,
    onDrawn(isWithRoutes) {
      if (options.hasRoutes && !isWithRoutes) return;
      if (box.dataset.state !== 'drawn') {
        isThere();
        later();
      }
      box.dataset.state = 'drawn';
      if (!performance.getEntriesByName('coast-drawn').length) requestAnimationFrame(() => setTimeout(() => performance.mark('coast-drawn')));
    },
    onFailed: () => signal('failed'),
  });
  const over = new Overlay();
  over.hasRoutes = options.hasRoutes;

  await pause();
  box.querySelector('[data-sketch]')?.remove();
  box.dataset.state = 'loading';
  map.getContainer().setAttribute('role', 'region');
  map.getContainer().setAttribute('aria-label', words.map);
  await pause();
  frame(L, map, options, box.querySelector('[data-inset]'));
  await pause();
  over.addTo(map);
  await pause();
  for (const [name, z] of [['land', 150], ['borders', 350], ['stretches', 370], ['labels', 620]]) {
    map.createPane(name).style.zIndex = z;
  }
  map.getPane('labels').style.pointerEvents = 'none';
  fetched(options.land).then((answer) => answer.json()).then((found) => {
    land(L, found, { pane: 'land', renderer: L.svg({ pane: 'land', padding: 1 }), className: 'map-land', fill: true, weight: 1 }).addTo(map);
  }).catch(() => signal('failed'));
  await Promise.race([first, new Promise((go) => { setTimeout(go, LINES_FIRST_MS); })]);
  controls(L, map, box, words);
  await pause();

  const label = labels(L, map);
  const [west, south, east, north] = options.area;
  const middle = [(south + north) / 2, (west + east) / 2];
  for (const [up, across, from, to] of SEA_PLACES[map.getSize().x < SMALL ? 'small' : 'wide']) label(words.sea, [middle[0] + up, middle[1] + across], 'sea', from, to);
  for (const [name, at] of Object.entries(ARCHIPELAGOS)) label(words[name], at, 'islands', 0, 8);
  await pause();

  const stretches = L.layerGroup().addTo(map);
  const borders = L.layerGroup().addTo(map);
  fetched(options.layers).then((answer) => answer.json()).then(async (layers) => {
    over.spots = layers.spots;
    if (layers.spots.length) over.refresh();
    await inSlices(drawStretches(L, map, layers.stretches, { into: stretches, label, popups, isWeighted: options.isWeighted }));
    for (const { name, lat, lon, from_zoom: from } of layers.landmarks) {
      await pause();
      label(name, [lat, lon], 'landmark', from);
    }
  }).catch(() => signal('failed'));
  if (options.boundaries) {
    fetched(options.boundaries).then((answer) => answer.json()).then((found) => {
      L.geoJSON(found, {
        pane: 'borders',
        renderer: L.svg({ pane: 'borders' }),
        interactive: false,
        style: { className: 'map-border', fill: false, weight: 2 },
        pointToLayer: (feature, at) => label(feature.properties.name, at, 'landmark', 11),
        onEachFeature: (feature, layer) => {
          if (layer.getBounds && feature.properties.name) label(feature.properties.name, layer.getBounds().getCenter(), 'border', 11, 17, borders);
        },
      }).addTo(borders);
    }).catch(() => signal('failed'));
  }

  map.on('click', async (event) => {
    const ids = await over.patrolsAt(event.latlng, event.originalEvent?.pointerType === 'touch' || matchMedia('(pointer: coarse)').matches);
    if (ids.length) (await popups()).patrols(event.latlng, ids);
  });
  toggles(page, { routes: over, spots: over, stretches, borders }, map);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => over.refresh());

  // A map left open: whoever comes back to it is told when it is no longer true. Only then, so that an open page alone
  // doesn't keep a session alive.
  let leftAt = 0;
  document.addEventListener('visibilitychange', async () => {
    if (document.hidden) { leftAt = Date.now(); return; }
    if (!leftAt || Date.now() - leftAt < ASK_AGAIN_MS) return;
    for (const [address, etag] of held) {
      if (!etag || address.includes('luot=')) continue;
      const answer = await fetch(address, { headers: { 'If-None-Match': etag }, credentials: 'same-origin' }).catch(() => null);
      if (answer?.status === 200) { signal('changed'); return; }
    }
  });
}

/** The work area first, beside an inset that lies on the map, and never farther than there is something to show. */
function frame(L, map, { area, bounds }, inset) {
  const box = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);
  const outer = box(bounds);
  map.options.maxBoundsViscosity = 1;
  map.setMaxBounds(outer);
  const isSmall = map.getSize().x < SMALL;
  const fit = () => map.setMinZoom(Math.max(4, map.getBoundsZoom(outer, true)));
  fit();
  map.on('resize', fit);
  const [left, right] = getComputedStyle(inset).position === 'absolute' ? [110, 50 + 0.6 * inset.offsetWidth] : [50, 50];
  map.fitBounds(box(area), { paddingTopLeft: [left, 50], paddingBottomRight: [right, 50], maxZoom: isSmall ? 12 : 13, animate: false });
}

function controls(L, map, box, words) {
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
  const full = L.control({ position: 'topleft' });
  full.onAdd = () => {
    const holder = L.DomUtil.create('div', 'leaflet-bar');
    const button = L.DomUtil.create('button', 'coast-full', holder);
    button.type = 'button';
    button.title = words.full;
    button.setAttribute('aria-label', words.full);
    button.setAttribute('aria-pressed', 'false');
    L.DomEvent.disableClickPropagation(holder);
    const set = (isFull) => {
      box.classList.toggle('coast--full', isFull);
      button.setAttribute('aria-pressed', String(isFull));
      map.invalidateSize({ animate: false });
    };
    button.addEventListener('click', async () => {
      if (document.fullscreenElement) { await document.exitFullscreen(); return; }
      if (box.classList.contains('coast--full')) { set(false); return; }
      await box.requestFullscreen?.().catch(() => {});
      set(true);
    });
    document.addEventListener('fullscreenchange', () => { if (!document.fullscreenElement) set(false); });
    box.addEventListener('keydown', (event) => { if (event.key === 'Escape' && !document.fullscreenElement) set(false); });
    return holder;
  };
  full.addTo(map);
}

/** label(words, place, kind, from zoom, to zoom): text of ours over everything else on the map. */
function labels(L, map) {
  const all = [];
  const fit = ([marker, from, to]) => {
    const element = marker.getElement();
    if (element) element.hidden = map.getZoom() < from || map.getZoom() > to;
  };
  map.on('zoomend', () => all.forEach(fit));
  return (text, at, kind, from = 0, to = 22, into = map) => {
    const span = document.createElement('span');
    span.textContent = text;
    const icon = L.divIcon({ html: span, className: `coast-label coast-label--${kind}`, iconSize: null });
    const marker = L.marker(at, { icon, pane: 'labels', interactive: false, keyboard: false });
    all.push([marker, from, to]);
    marker.addTo(into);
    fit(all.at(-1));
    return marker;
  };
}

/** Bands whose width says how many sorties when ways may not be seen, else plain lines; km posts along them. */
function* drawStretches(L, map, stretches, { into, label, popups, isWeighted }) {
  const renderer = L.svg({ pane: 'stretches' });
  const length = ({ line }) => line.at(-1)[0] - line[0][0];
  const longest = Math.max(0, ...stretches.map(length));
  const drawn = [];
  for (const stretch of stretches) {
    const places = stretch.line.map(([, lat, lon]) => L.latLng(lat, lon));
    const layer = L.polyline(places, {
      pane: 'stretches',
      renderer,
      className: isWeighted ? 'map-band' : 'map-stretch',
      weight: isWeighted ? stretch.width : 2,
      interactive: isWeighted,
      bubblingMouseEvents: false,
    }).addTo(into);
    layer.on('click', async (event) => (await popups()).stretch(event.latlng, stretch));
    drawn.push({ layer, places, off: length(stretch) < longest && isWeighted ? BESIDE : 0 });
    yield;
  }
  const place = () => drawn.forEach(({ layer, places, off }) => { if (off) layer.setLatLngs(beside(L, map, places, off)); });
  place();
  map.on('zoomend', place);
  const posts = new Map(stretches.flatMap(({ line }) => line).map((post) => [post[0], post]));
  for (const [km, lat, lon] of posts.values()) {
    L.circleMarker([lat, lon], { pane: 'stretches', renderer, className: 'map-post', radius: 3, interactive: false }).addTo(into);
    label(`km ${Number.isInteger(km) ? km.toFixed(1) : km}`.replace('.', ','), [lat, lon], 'post', 13, 22, into);
    yield;
  }
}

function beside(L, map, places, off) {
  const [first, ...rest] = places.map((place) => map.project(place));
  const last = rest.at(-1) ?? first;
  const length = first.distanceTo(last) || 1;
  const move = L.point(last.y - first.y, first.x - last.x).multiplyBy(off / length);
  return [first, ...rest].map((point) => map.unproject(point.add(move)));
}

/** Ticks of the legend that show and hide what they stand for. */
function toggles(page, layers, map) {
  for (const tick of page.querySelectorAll('input[data-layer]')) {
    const layer = layers[tick.dataset.layer];
    tick.closest('[data-toggle]').hidden = false;
    tick.addEventListener('change', () => {
      if (layer.shown) {
        layer.shown[tick.dataset.layer] = tick.checked;
        layer.refresh();
      } else if (tick.checked) layer.addTo(map);
      else layer.remove();
    });
  }
}

/** On paper: the same view in black, as wide as the sheet. */
async function paper(map, box, over) {
  const desk = await import('./desk.whole.js');
  let before = null;
  addEventListener('beforeprint', () => {
    if (before) return;
    before = { centre: map.getCenter(), zoom: map.getZoom() };
    box.classList.add('coast--paper');
    map.invalidateSize({ animate: false, pan: false });
    map.setView(before.centre, before.zoom, { animate: false });
    over.drawNow(desk);
  });
  addEventListener('afterprint', () => {
    if (!before) return;
    box.classList.remove('coast--paper');
    map.invalidateSize({ animate: false, pan: false });
    map.setView(before.centre, before.zoom, { animate: false });
    before = null;
    over.isPrinting = false;
    over.refresh();
  });
}
