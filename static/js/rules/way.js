/* A recorded way while it is being walked: how far (a rough sum; the server alone cleans and measures), how long the
   recording was missing, and the GPX text it becomes. A fix: { at, lat, lon, accuracy, altitude, part }. */

const EARTH_M = 6371008.8;
const POOR_M = 50;             // a fix less sure than this says nothing about the distance
const STEP_M = 8;              // standing still trembles less than this
const FASTEST_MS = 20;
export const GAP_MS = 2 * 60000;

const radians = (degrees) => (degrees * Math.PI) / 180;

export function metresBetween(a, b) {
  const [lat, lon] = [radians(b.lat - a.lat), radians(b.lon - a.lon)];
  const h = Math.sin(lat / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(lon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

export const nothingYet = () => ({ fixes: 0, metres: 0, lostMs: 0, gaps: 0, last: null, corner: null });

/** The tally after one more fix; fixes come in order of time. */
export function tally(so_far, fix) {
  const next = { ...so_far, fixes: so_far.fixes + 1, last: fix };
  const silence = so_far.last ? fix.at - so_far.last.at : 0;
  if (silence > GAP_MS) {
    next.lostMs += silence;
    next.gaps += 1;
  }
  if (fix.accuracy > POOR_M) return next;
  if (!so_far.corner || silence > GAP_MS) return { ...next, corner: fix };
  const metres = metresBetween(so_far.corner, fix);
  const seconds = Math.max(1, (fix.at - so_far.corner.at) / 1000);
  if (metres < STEP_M || metres / seconds > FASTEST_MS) return next;
  return { ...next, metres: so_far.metres + metres, corner: fix };
}

export const tallyOf = (fixes) => fixes.reduce(tally, nothingYet());

/** Whether a fix is worth keeping after the last kept one: it moved, or some seconds have passed. */
export function isNew(last, fix, { everyMs = 5000 } = {}) {
  if (!last) return true;
  if (fix.at <= last.at) return false;
  return fix.at - last.at >= everyMs || metresBetween(last, fix) >= STEP_M;
}

const NAMESPACE = 'http://www.topografix.com/GPX/1/1';

/** The fixes as a GPX file: one segment for each stretch of time in which the recording ran without being interrupted. */
export function gpxOf(fixes, creator) {
  const segments = [];
  for (const fix of fixes) {
    const open = segments[segments.length - 1];
    if (open && open[0].part === fix.part) open.push(fix);
    else segments.push([fix]);
  }
  const point = (fix) => {
    const height = Number.isFinite(fix.altitude) ? `<ele>${fix.altitude.toFixed(1)}</ele>` : '';
    const sure = Number.isFinite(fix.accuracy) ? `<extensions><accuracy>${fix.accuracy.toFixed(1)}</accuracy></extensions>` : '';
    const time = `<time>${new Date(fix.at).toISOString()}</time>`;
    return `<trkpt lat="${fix.lat.toFixed(6)}" lon="${fix.lon.toFixed(6)}">${height}${time}${sure}</trkpt>`;
  };
  const body = segments.map((segment) => `<trkseg>${segment.map(point).join('\n')}</trkseg>`).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="${creator}" xmlns="${NAMESPACE}"><trk>${body}</trk></gpx>\n`;
}
