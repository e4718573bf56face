/* Signing out never deletes what was not sent: send, keep, or take a file. */

import { exportQueue } from './exporting.js';
import { flushAll } from './saver.js';
import { draw, fill, show, taps } from './view.js';

export async function leave(app) {
  const screen = draw('leave');
  show(screen, { still: false, exported: false, unreachable: false });

  screen.update = async () => {
    const items = app.owner ? await app.outbox.all(app.owner) : [];
    const open = app.owner ? (await app.book.mine()).some((patrol) => patrol.state === 'open' && !patrol.binned_at) : false;
    fill(screen, { unsent: items.length });
    show(screen, { unsent: items.length > 0, unfinished: open });
    return items.length;
  };

  /** Close the person's queue on this phone, then the session; the first holds even without signal. */
  async function signOut() {
    await flushAll();
    app.isLeaving = true;
    app.courier.stop();
    app.way.halt();
    await app.nights.remove('facts', 'owner');
    try {
      const answer = await fetch('/dang-xuat', { method: 'POST', redirect: 'manual' });
      if (answer.type === 'opaqueredirect' || answer.ok || answer.status === 401) {
        location.assign('/dang-nhap?next=/phone');
        return;
      }
    } catch { /* no signal: the session ends by itself; this phone shows nothing more of this person */ }
    app.courier.stop();
    await app.useOwner(null);
    app.isLeaving = false;
    show(screen, { unreachable: true });
    setTimeout(() => app.go('/'), 4000);
  }

  taps(screen, {
    keep: signOut,
    send: async () => {
      await app.courier.kick();
      if (await screen.update()) show(screen, { still: true });
      else await signOut();
    },
    export: async () => {
      fill(screen, { files: await exportQueue(app) });
      show(screen, { exported: true });
    },
  });
  await screen.update();
  return screen;
}
