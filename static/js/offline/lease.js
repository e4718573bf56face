/* One tab sends at a time: by Web Locks where there are some, else by a lease in the phone's own store. */

import { asked } from './db.js';

const LEASE_MS = 30000;

/** Run `work` if nobody else does; gives its result, or null when another tab is at it. */
export async function alone(name, work, { store, holder, locks = navigator.locks, now = Date.now }) {
  if (locks) return locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : null));
  if (!(await take(store, name, holder, now))) return null;
  const renewal = setInterval(() => take(store, name, holder, now).catch(() => {}), LEASE_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await give(store, name, holder);
  }
}

const take = (store, name, holder, now) => store.write(['facts'], async ({ facts }) => {
  const lease = await asked(facts.get(`lease:${name}`));
  if (lease && lease.holder !== holder && lease.until > now()) return false;
  facts.put({ name: `lease:${name}`, holder, until: now() + LEASE_MS });
  return true;
});

const give = (store, name, holder) => store.write(['facts'], async ({ facts }) => {
  const lease = await asked(facts.get(`lease:${name}`));
  if (lease && lease.holder === holder) facts.delete(`lease:${name}`);
});
