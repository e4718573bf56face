/* The patrols on this phone: written at every tap, handed in once, thrown away only into a bin. */

import { bodyOf, contentBody } from '../rules/body.js';
import { gpxOf } from '../rules/way.js';
import { asked } from './db.js';
import { newId, sha256 } from './marks.js';
import { newItem } from './outbox.js';

const CREATOR = 'so-tuan-tra';
export const UNDO_MS = 10 * 60000;
const BIN_MS = 30 * 24 * 3600 * 1000;

export function createBook(store, { owner, now = Date.now, changed = () => {} }) {
  const moment = () => new Date(now()).toISOString();
  const mine = async () => (await store.of('patrols', 'owner', owner)).sort((a, b) => b.created_at.localeCompare(a.created_at));
  const one = async (id) => {
    const patrol = await store.get('patrols', id);
    return patrol && patrol.owner === owner ? patrol : null;
  };

  /** A patrol that begins now, or one taken over from the server (`id`, `base_rev`); gives what is on disk. */
  async function begin(form, { id = newId(), base_rev = null, way = false } = {}) {
    const at = moment();
    const patrol = { id, owner, form, base_rev, rev: 0, state: 'open', created_at: at, changed_at: at, edits: 0, ended_tap_at: null,
      binned_at: null, way: { on: way, part: 0, sent_at: 0 } };
    await store.write(['patrols'], (stores) => asked(stores.patrols.add(patrol)));
    changed(id);
    return patrol;
  }

  /** Change a patrol as it is on disk, so that two tabs never overwrite each other's fields. */
  async function change(id, edit) {
    const patrol = await store.write(['patrols'], async (stores) => {
      const held = await asked(stores.patrols.get(id));
      if (!held || held.owner !== owner) return null;
      edit(held);
      Object.assign(held, { changed_at: moment(), edits: held.edits + 1 });
      stores.patrols.put(held);
      return held;
    });
    changed(id);
    return patrol;
  }

  /** Queue the patrol as it stands as its next version, with whatever `edit` does to it, in one transaction. */
  async function handIn(id, edit = () => {}) {
    for (;;) {
      const seen = await one(id);
      if (!seen) return null;
      edit(seen);
      const body = bodyOf(seen.form);
      const fingerprint = await sha256(body);
      const done = await store.write(['patrols', 'items'], async (stores) => {
        const held = await asked(stores.patrols.get(id));
        const before = held.edits;
        edit(held);
        if (bodyOf(held.form) !== body) return null;                     // another tab wrote meanwhile: again
        Object.assign(held, { rev: held.rev + 1, edits: before + 1, changed_at: moment() });
        stores.items.put(newItem({ id, kind: 'patrol', rev: held.rev, base_rev: held.base_rev, body, sha256: fingerprint,
          phone_time: moment(), owner, patrol: id }));
        for (const old of await asked(stores.items.index('owner').getAll(owner))) {
          if (old.id === id && old.held && old.rev < held.rev && old.held.outcome === 'rejected') stores.items.delete(old.key);
        }
        stores.patrols.put(held);
        return held;
      });
      if (done) {
        changed(id);
        return done;
      }
    }
  }

  /** End it: queue the record, then its photos, files and recorded way, each an item of its own. */
  async function end(id, endedAt) {
    const tapped = moment();
    const patrol = await handIn(id, (held) => {
      held.form.ended_at = endedAt;
      held.state = 'ended';
      held.ended_tap_at = tapped;
      held.way.on = false;
    });
    await finish(patrol);
    return patrol;
  }

  /** Queue what belongs to an ended patrol and is not queued yet; safe to repeat after a kill in between. */
  async function finish(patrol) {
    await keepWay(patrol);
    for (const content of await contents(patrol.id)) if (!content.item && !content.dropped) await queue(content);
    changed(patrol.id);
  }

  async function finishAll() {
    for (const patrol of await mine()) if (patrol.state === 'ended' && !patrol.binned_at) await finish(patrol);
  }

  /** Take the end back; the record says again that the team is out, and the next end is a version of its own. */
  const undoEnd = (id) => handIn(id, (held) => {
    held.form.ended_at = null;
    held.state = 'open';
    held.ended_tap_at = null;
  });

  const mayUndo = (patrol) => patrol.state === 'ended' && patrol.ended_tap_at !== null && now() - Date.parse(patrol.ended_tap_at) < UNDO_MS;

  const bin = (id) => change(id, (held) => { held.binned_at = moment(); held.way.on = false; });
  const restore = (id) => change(id, (held) => { held.binned_at = null; });

  /* Photos and files */

  const contents = async (id) => (await store.of('contents', 'patrol', id)).sort((a, b) => a.taken_at.localeCompare(b.taken_at));

  async function keepContent({ patrol, kind, bytes, name = '', finding = null, thumb = null }) {
    const content = { sha256: await sha256(bytes), patrol, owner, kind, bytes, size: bytes.byteLength, name, finding, thumb,
      taken_at: moment(), is_clean: false, item: null };
    await store.write(['contents'], async (stores) => {
      if (!(await asked(stores.contents.get(content.sha256)))) stores.contents.put(content);
    });
    changed(patrol);
    return content;
  }

  /** Say which finding a photo shows, or that it shows nobody; once it is queued it stays as it is. */
  async function describe(fingerprint, facts) {
    const content = await store.write(['contents'], async (stores) => {
      const held = await asked(stores.contents.get(fingerprint));
      if (!held || held.item) return null;
      stores.contents.put({ ...held, ...facts });
      return held;
    });
    if (content) changed(content.patrol);
  }

  async function dropContent(fingerprint) {
    const content = await store.get('contents', fingerprint);
    if (!content || content.item) return;
    await store.remove('contents', fingerprint);
    changed(content.patrol);
  }

  async function queue(content) {
    const id = newId();
    const body = contentBody(content);
    const item = newItem({ id, kind: content.kind, rev: 1, body, sha256: await sha256(body), phone_time: moment(), owner, patrol: content.patrol });
    await store.write(['items', 'contents'], async (stores) => {
      const held = await asked(stores.contents.get(content.sha256));
      if (!held || held.item) return;
      stores.contents.put({ ...held, item: item.key });
      stores.items.put(item);
    });
  }

  /* The recorded way */

  const fixes = async (id) => (await store.of('fixes', 'patrol', id)).sort((a, b) => a.at - b.at);
  const keepFix = (id, fix) => store.write(['fixes'], (stores) => asked(stores.fixes.add({ patrol: id, ...fix })));

  /** Start or stop recording; each start is a part of its own, so that an interruption stays visible. */
  const record = (id, on) => change(id, (held) => {
    if (on) held.way.part += 1;
    held.way.on = on;
  });

  async function keepWay(patrol) {
    const walked = (await fixes(patrol.id)).filter((fix) => fix.at > patrol.way.sent_at);
    if (walked.length < 2) return;
    const bytes = new TextEncoder().encode(gpxOf(walked, CREATOR)).buffer;
    await keepContent({ patrol: patrol.id, kind: 'track', bytes, name: 'ghi-bang-dien-thoai.gpx' });
    await change(patrol.id, (held) => { held.way.sent_at = walked[walked.length - 1].at; });
  }

  /** Empty the bin of what has lain there for 30 days, and forget patrols long received. */
  async function prune() {
    const old = new Date(now() - BIN_MS).toISOString();
    const waiting = new Set((await store.of('items', 'owner', owner)).map((item) => item.patrol));
    for (const patrol of await mine()) {
      const gone = patrol.binned_at ? patrol.binned_at < old : patrol.state === 'ended' && patrol.changed_at < old;
      if (gone && !waiting.has(patrol.id)) await forget(patrol.id);
    }
  }

  const forget = (id) => store.write(['patrols', 'contents', 'fixes'], async (stores) => {
    stores.patrols.delete(id);
    for (const name of ['contents', 'fixes']) {
      for (const key of await asked(stores[name].index('patrol').getAllKeys(id))) stores[name].delete(key);
    }
  });

  return { begin, change, one, mine, handIn, end, finishAll, undoEnd, mayUndo, bin, restore, contents, keepContent, describe, dropContent,
    fixes, keepFix, record, prune };
}
