/* When the queue is sent: on save, on load, when the phone comes back online or to the front, and by a timer that waits ever
   longer. It says what it is doing through `tell(news)`; nothing here relies on Background Sync. */

import { delayAfter } from '../rules/retry.js';

const QUIET_MS = 5 * 60000;

export function createCourier({ send, tell, chance = Math.random, later = setTimeout, cancel = clearTimeout, now = Date.now }) {
  let busy = null;
  let again = false;
  let timer = null;
  let failures = 0;

  function plan(ms) {
    cancel(timer);
    timer = later(kick, ms);
    return now() + ms;
  }

  async function once() {
    again = false;
    cancel(timer);
    const result = await send();
    if (result === null) {                                             // another tab is sending
      plan(delayAfter(0, chance()));
      return { state: 'elsewhere' };
    }
    failures = result.state === 'later' ? failures + 1 : 0;
    let nextAt = null;
    if (result.state === 'later') nextAt = plan(Math.max(result.retryAfter || 0, delayAfter(failures - 1, chance())));
    else plan(QUIET_MS * (0.5 + chance()));
    return { ...result, nextAt };
  }

  /** Try now; a tap during sending is not lost, it sends once more. */
  function kick() {
    again = true;
    if (!busy) {
      busy = (async () => {
        try {
          while (again) {
            tell(await once());
          }
        } catch (error) {
          failures += 1;
          tell({ state: 'later', nextAt: plan(delayAfter(failures - 1, chance())), error });
        } finally {
          busy = null;
        }
      })();
    }
    return busy;
  }

  return { kick, stop: () => cancel(timer) };
}
