/* "Sẵn sàng đi tuần": prove it before leaving, because most failures in the field start at the post. */

import { makerOf, modelIn } from '../../rules/makers.js';
import { draw, fill, show, taps } from './view.js';

const SPACE_BYTES = 200 * 1024 * 1024;
const BATTERY = 0.4;

const CHECKS = {
  cached: async () => Boolean(navigator.serviceWorker && navigator.serviceWorker.controller),
  reference: async (app) => Boolean(app.reference),
  signed_in: async (app) => ['done', 'nothing', 'attention'].includes(app.news.state),
  persistent: async () => Boolean(navigator.storage && navigator.storage.persisted && (await navigator.storage.persisted())),
  space: async () => {
    const { quota, usage } = navigator.storage && navigator.storage.estimate ? await navigator.storage.estimate() : {};
    return quota === undefined || quota - usage > SPACE_BYTES;
  },
  battery: async () => {
    if (!navigator.getBattery) return false;
    const battery = await navigator.getBattery();
    return battery.charging || battery.level > BATTERY;
  },
  clock: async (app) => app.clockOffMs !== null && !app.clockIsOff(),
  location: async () => (await permission()) === 'granted',
  empty: async (app) => app.owner !== null && (await app.outbox.all(app.owner)).length === 0,
};
const NEEDED = ['cached', 'reference', 'space', 'clock'];

async function permission() {
  try {
    return (await navigator.permissions.query({ name: 'geolocation' })).state;
  } catch {
    return 'prompt';
  }
}

/** The model of this phone, as far as the browser tells it. */
async function model() {
  try {
    const told = await navigator.userAgentData.getHighEntropyValues(['model']);
    return told.model || modelIn(navigator.userAgent);
  } catch {                                // an older browser, or Safari
    return modelIn(navigator.userAgent);
  }
}

/** Open the card of this phone's maker, before the others. */
async function ownMakerFirst(screen) {
  const card = screen.querySelector(`[data-maker="${makerOf(await model())}"]`);
  if (!card) return;
  card.open = true;
  card.parentElement.querySelector('[data-maker]').before(card);
}

export async function ready(app) {
  const screen = draw('ready');
  await ownMakerFirst(screen);
  screen.update = async () => {
    let open = 0;
    let isReady = true;
    for (const [name, test] of Object.entries(CHECKS)) {
      const good = await test(app).catch(() => false);
      const line = screen.querySelector(`[data-check="${name}"]`);
      show(line, { good });
      if (!good) open += 1;
      if (!good && NEEDED.includes(name)) isReady = false;
    }
    fill(screen, { open });
    show(screen, { ready: isReady, open: open > 0, askable: (await permission()) === 'prompt' });
  };
  taps(screen, {
    again: async () => { await app.courier.kick(); await screen.update(); },
    locate: () => navigator.geolocation.getCurrentPosition(screen.update, screen.update, { timeout: 30000 }),
  });
  await screen.update();
  return screen;
}
