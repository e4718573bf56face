/* What is left in the battery, where the browser says so: Chrome on Android does, Safari and Firefox don't, and then nothing is
   said. */

const LOW = 0.2;
const HOUR_MS = 3600000;

/** `ask()` gives the browser's battery; `changed()` is called when something of it did. */
export function createBattery({ ask, changed, now = Date.now }) {
  let source = null;
  let isCounting = false;
  let began = null;
  const mark = () => { began = source && isCounting ? { at: now(), level: source.level } : null; };

  return {
    async watch() {
      try {
        source = await ask();
      } catch { /* forbidden by whoever runs the phone: as if there were none */ }
      if (!source) return;
      mark();
      for (const name of ['levelchange', 'chargingchange']) source.addEventListener(name, () => changed());
      changed();
    },
    /** Count from now what recording costs. */
    begin() {
      isCounting = true;
      mark();
    },
    /** Whole percent, whether that is little and no charger helps, and percent lost an hour once ten minutes are known. */
    state() {
      if (!source) return { percent: null, isLow: false, drain: null };
      const hours = began ? (now() - began.at) / HOUR_MS : 0;
      const lost = began ? (began.level - source.level) * 100 : 0;
      return { percent: Math.round(source.level * 100), isLow: !source.charging && source.level <= LOW,
        drain: hours > 1 / 6 && lost > 0 ? Math.round(lost / hours) : null };
    },
  };
}

export const browserBattery = async () => (navigator.getBattery ? navigator.getBattery() : null);
