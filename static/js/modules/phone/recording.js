/* The way of the open patrol while it is recorded: the recorder, the screen kept on, the black screen. */

import { alone } from '../../offline/lease.js';
import { newId } from '../../offline/marks.js';
import { createRecorder } from '../../offline/recorder.js';
import { clockOf } from '../../rules/times.js';
import { fill, number, show } from './view.js';

const MINUTE_MS = 60000;

export function createWay(app) {
  const black = document.querySelector('[data-black]');
  let patrol = null;                       // the id whose way is recorded
  let state = null;
  let lock = null;
  let isAsleep = false;
  let isElsewhere = false;                 // another tab of this phone records
  let giveUp = null;                       // lets another tab record
  const holder = newId();

  const recorder = createRecorder({
    geolocation: navigator.geolocation,
    keep: async (fix) => {
      try {
        await app.book.keepFix(patrol, fix);
        app.trouble(null);
      } catch (error) {
        app.trouble(error);
        throw error;
      }
    },
    tell: (news) => { state = news; paintBlack(); app.wayChanged?.(); },
  });

  async function keepAwake() {
    isAsleep = true;
    if (!navigator.wakeLock) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      isAsleep = false;
      lock.addEventListener('release', () => { isAsleep = patrol !== null; app.wayChanged?.(); });
    } catch {
      isAsleep = true;                     // refused, as at low battery: said on the screen
    }
    app.wayChanged?.();
  }

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || patrol === null) return;
    recorder.wake();
    if (!lock || lock.released) keepAwake();
  });

  /** Whether this tab may record: two tabs would write every fix twice. */
  const claim = () => new Promise((answer) => {
    const hold = () => new Promise((release) => { giveUp = release; answer(true); });
    alone('ghi-duong-di', hold, { store: app.nights, holder }).then((result) => { if (result === null) answer(false); }, () => answer(false));
  });

  async function listen(held) {
    patrol = held.id;
    recorder.start(held.way.part, await app.book.fixes(held.id));
    keepAwake();
    app.battery.begin();
  }

  function paintBlack() {
    if (black.hidden) return;
    const facts = api.facts();
    fill(black, { clock: clockOf(Date.now()), ...facts.words });
    show(black, { ...facts.flags, on: true, silent: facts.flags.lost });
  }
  setInterval(paintBlack, 1000);

  black.querySelector('[data-act="bright"]').addEventListener('click', () => {
    black.hidden = true;
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  });

  const api = {
    /** Start recording `id`: a part of its own. Not while another tab does. */
    async start(id) {
      if (patrol !== null) await api.stop();
      isElsewhere = !(await claim());
      if (!isElsewhere) await listen(await app.book.record(id, true));
      app.wayChanged?.();
    },
    async stop() {
      const id = patrol;
      api.halt();
      if (id !== null) await app.book.record(id, false);
    },
    /** Let go of GPS and screen without a word to the book. */
    halt() {
      if (patrol === null) return;
      patrol = null;
      recorder.stop();
      giveUp?.('done');
      lock?.release().catch(() => {});
      lock = null;
      black.hidden = true;
    },
    /** After a kill: the patrol that was being recorded goes on, as a new part. */
    async resume() {
      if (!app.owner || !app.reference || patrol !== null) return;
      const open = (await app.book.mine()).find((one) => one.state === 'open' && !one.binned_at && one.way.on);
      if (open) await api.start(open.id);
      else isElsewhere = false;
    },
    isOn: (id) => patrol !== null && patrol === id,
    darken() {
      black.hidden = false;
      paintBlack();
      document.documentElement.requestFullscreen?.().catch(() => {});
      black.querySelector('button').focus();
    },
    /** Words and flags for a screen that shows the way. */
    facts(tally = state) {
      const t = tally || { metres: 0, lostMs: 0, fixes: 0, accuracy: null, trouble: null };
      const lost = Math.round(t.lostMs / MINUTE_MS);
      const { percent, isLow, drain } = app.battery.state();
      return {
        words: { km: number(t.metres / 1000, 1), lost_minutes: number(lost), accuracy: t.accuracy === null || t.accuracy === undefined ? '' : Math.round(t.accuracy), battery: percent, drain },
        flags: {
          walked: t.fixes > 1, lost_minutes: lost > 0, accuracy: Number.isFinite(t.accuracy), battery: percent !== null, battery_low: isLow, elsewhere: isElsewhere && patrol === null, drain: drain !== null,
          lost: t.trouble === 'lost' || (patrol !== null && t.fixes === 0 && t.trouble === null), denied: t.trouble === 'denied', disk: t.trouble === 'disk', asleep: isAsleep,
        },
      };
    },
  };
  return api;
}
