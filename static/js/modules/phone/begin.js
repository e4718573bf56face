/* Setting out. "Như lần trước" is one tap; whatever is chosen here starts the patrol at once, headcount can follow. */

import { isCurrent, newForm } from '../../rules/body.js';
import { clockOf, minutesTyped, startMeant, toTheMinute } from '../../rules/times.js';
import { fillHeadcount, stretchName } from './facts.js';
import { input, isUnreadable, onChange, onClock, wake } from './fields.js';
import { draw, fill, offer, show, taps } from './view.js';

export async function begin(app) {
  const { reference } = app;
  const screen = draw('begin');
  const like = await likeLast(app);
  const opened = clockOf(Date.now());
  const started = () => {
    const minutes = minutesTyped(input(screen, 'started').value);
    return minutes === null || input(screen, 'started').value === opened ? toTheMinute(Date.now()) : startMeant(minutes, Date.now());
  };

  wake(screen);
  input(screen, 'started').value = opened;
  input(screen, 'way').checked = localStorage.getItem('ghi-duong-di') === '1';
  onChange(input(screen, 'way'), (on) => localStorage.setItem('ghi-duong-di', on ? '1' : '0'));
  onClock(screen, 'started', () => show(screen, { yesterday: Date.now() - Date.parse(started()) > 20 * 3600000 }));
  const stretches = reference.stretches.filter(isCurrent);
  offer(input(screen, 'stretch_id'), stretches.map((one) => ({ value: one.id, label: one.name })), onlyOne(stretches));
  offer(input(screen, 'lead_unit_id'), reference.units.filter(isCurrent).map((one) => ({ value: one.id, label: one.name })), reference.person.unit_id);
  offer(input(screen, 'means'), reference.means.map((one) => ({ value: one.code, label: one.label })), null);
  const mayChoose = reference.person.may_choose_leader;
  const leaders = mayChoose ? reference.leaders.map((one) => ({ value: one.id, label: one.name })) : [];
  offer(input(screen, 'leader_id'), leaders, reference.leaders.some((one) => one.id === reference.person.id) ? reference.person.id : (reference.leaders[0] || {}).id);
  show(screen, { last: Boolean(like), choose: true, others: mayChoose });
  screen.querySelector('details').open = !like;
  if (like) {
    fill(screen, { stretch: stretchName(app, like) });
    fillHeadcount(screen, like.attendance);
  }

  async function go(given) {
    if (isUnreadable(screen, 'started')) {
      isGone = false;
      return;
    }
    const leader = mayChoose ? Number(input(screen, 'leader_id').value) : 0;
    const form = leader ? { ...given, leader_id: leader, leader_name: '' } : given;
    const way = input(screen, 'way').checked;
    const patrol = await app.book.begin(form, { way: false });
    if (way) await app.way.start(patrol.id);
    await app.book.handIn(patrol.id);
    app.courier.kick();
    app.go(`/luot/${patrol.id}`);
  }

  let isGone = false;
  const once = (act) => async () => {
    if (isGone) return;
    isGone = true;
    try {
      await act();
    } catch (error) {
      app.trouble(error);
      isGone = false;
    }
  };
  taps(screen, {
    like: once(() => go({ ...like, started_at: started() })),
    chosen: once(() => {
      const stretch = Number(input(screen, 'stretch_id').value);
      show(screen, { no_stretch: !stretch });
      if (!stretch) {
        isGone = false;
        return undefined;
      }
      const form = newForm({ reference, startedAt: started() });
      return go({ ...form, stretch_id: stretch, lead_unit_id: Number(input(screen, 'lead_unit_id').value) || form.lead_unit_id, means: input(screen, 'means').value || null });
    }),
  });
  return screen;
}

const onlyOne = (list) => (list.length === 1 ? list[0].id : null);

/** A page like the last night of this phone, or the server's; null when there was none or its stretch is no more. */
async function likeLast(app) {
  const ended = (await app.book.mine()).find((patrol) => patrol.state === 'ended' && !patrol.binned_at);
  const last = ended ? ended.form : app.reference.last;
  const like = last ? newForm({ reference: app.reference, startedAt: null, like: last }) : null;
  return like && like.stretch_id ? like : null;
}
