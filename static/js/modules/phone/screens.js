/* Which screen an address means. An address that means nothing shows the first screen. */

import { begin } from './begin.js';
import { bin, more, practice } from './more.js';
import { closing } from './closing.js';
import { done } from './done.js';
import { finding } from './finding.js';
import { headcount } from './headcount.js';
import { home } from './home.js';
import { leave } from './leave.js';
import { patrol } from './patrol.js';
import { queue } from './queue.js';
import { ready } from './ready.js';

const PLACES = { 'bat-dau': begin, 'hang-cho': queue, 'tuy-chon': more, 'san-sang': ready, 'tap-thu': practice, 'thung-rac': bin, 'dang-xuat': leave };
const OF_A_PATROL = { 'quan-so': headcount, 'ket-thuc': closing, 'phat-hien': finding, xong: done };

export async function screenFor(app, [place, id, part, detail]) {
  if (place === 'luot' && id && app.owner && app.reference) {
    const held = await app.book.one(id);
    if (held && !held.binned_at) {
      if (held.state === 'ended') return done(app, held);
      return (OF_A_PATROL[part] || patrol)(app, held, detail);
    }
  }
  if (place === 'bat-dau' && !app.reference) return home(app);
  return (PLACES[place] || home)(app);
}
