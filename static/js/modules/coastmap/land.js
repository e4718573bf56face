/* The land under everything, as one path: its points are projected once and only scaled when the zoom changes. */

const world = ([lng, lat]) => {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [lng / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
};

/** A layer of Leaflet's for the polygons of a GeoJSON file. */
export function land(L, { features }, options) {
  const Land = L.Path.extend({
    options: { interactive: false, ...options },

    initialize() {
      this.rings = features.flatMap(({ geometry }) => geometry.coordinates.map((ring) => ring.map(world)));
    },

    _project() {
      const scale = this._map.options.crs.scale(this._map.getZoom());
      const origin = this._map.getPixelOrigin();
      let path = '';
      for (const ring of this.rings) {
        let last = '';
        let letter = 'M';
        for (const [x, y] of ring) {
          const point = `${Math.round(x * scale - origin.x)} ${Math.round(y * scale - origin.y)}`;
          if (point === last) continue;
          path += letter + point;
          last = point;
          letter = 'L';
        }
        path += 'Z';
      }
      this.path = path;
    },

    _update() {
      if (this._path.getAttribute('d') !== this.path) this._path.setAttribute('d', this.path);
    },
  });
  return new Land();
}
