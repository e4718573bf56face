/* Recording the way while the page is in front. The system stops GPS when the screen is off: no page can help that, so
   every silence is measured and said. One bad fix never ends the watch; a watch that fell silent is started anew. */

import { isNew, nothingYet, tally, tallyOf } from '../rules/way.js';

const SILENT_MS = 45000;

export function createRecorder({ geolocation, keep, tell, now = Date.now, every = setInterval, stopEvery = clearInterval }) {
  let watch = null;
  let timer = null;
  let part = 0;
  let last = null;
  let heardAt = 0;
  let sum = nothingYet();
  let trouble = null;

  const news = () => tell({ ...sum, trouble, accuracy: last ? last.accuracy : null, on: watch !== null });

  async function onFix({ coords, timestamp }) {
    heardAt = now();
    trouble = null;
    const fix = { at: timestamp, lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy, altitude: coords.altitude, part };
    if (!isNew(last, fix)) return;
    last = fix;
    sum = tally(sum, fix);
    try {
      await keep(fix);
    } catch {
      trouble = 'disk';
    }
    news();
  }

  function onError(error) {
    trouble = error.code === 1 ? 'denied' : 'lost';
    news();
  }

  function listen() {
    if (watch !== null) geolocation.clearWatch(watch);
    heardAt = now();
    watch = geolocation.watchPosition(onFix, onError, { enableHighAccuracy: true, maximumAge: 0, timeout: 30000 });
  }

  return {
    /** Begin, or go on after a kill: `kept` are the fixes already on disk. */
    start(number, kept) {
      part = number;
      sum = tallyOf(kept);
      last = sum.last;
      listen();
      timer = every(() => { if (now() - heardAt > SILENT_MS) { trouble = trouble || 'lost'; listen(); news(); } }, SILENT_MS / 3);
      news();
    },
    stop() {
      if (watch !== null) geolocation.clearWatch(watch);
      stopEvery(timer);
      watch = null;
      news();
    },
    /** The page was away: listen anew, because some phones leave a watch asleep. */
    wake() { if (watch !== null) listen(); },
    get isOn() { return watch !== null; },
  };
}
