/* form[data-module=signout]: before the session ends, look whether this phone still holds something unsent of the person; then
   the phone log asks what to do with it (send, keep, take a file). Signing out itself never deletes anything. */

import { NIGHTS, openStore } from '../offline/db.js';

export const USED = 'so-tuan-tra';          // set in localStorage once the phone log was opened here

/** How much of the person who last used the phone log here is unsent; that person is then forgotten, not his work. */
async function unsent(store) {
  const owner = await store.get('facts', 'owner');
  if (!owner) return 0;
  const items = await store.of('items', 'owner', owner.id);
  const open = (await store.of('patrols', 'owner', owner.id)).filter((patrol) => patrol.state === 'open' && !patrol.binned_at);
  if (items.length + open.length === 0) await store.remove('facts', 'owner');
  return items.length + open.length;
}

export default function start(form) {
  if (!window.indexedDB || localStorage.getItem(USED) === null) return;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const store = openStore(NIGHTS);
    const left = await unsent(store).catch(() => 0);
    await store.close();
    if (left) location.assign('/phone#/dang-xuat');
    else form.submit();
  });
}
