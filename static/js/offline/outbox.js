/* What waits to be sent. An item is never changed once it is queued: a later version of a patrol is an item of its own. It
   leaves only when a receipt names it by id, rev and sha256, and a copy stays 30 days. */

import { asked } from './db.js';

export const KEPT_MS = 30 * 24 * 3600 * 1000;
const TAKEN = ['stored', 'already_stored', 'superseded'];

export const keyOf = (id, rev) => `${id}:${rev}`;

/** A new item for the outbox; `sha256` is that of `body`. */
export function newItem({ id, kind, rev, base_rev = null, body, sha256, phone_time, owner, patrol }) {
  return { key: keyOf(id, rev), id, kind, rev, base_rev, body, sha256, phone_time, owner, patrol, announced: false, held: null };
}

/** Whether the server holds what a copy was of; one that was put away may never have come there. */
export const hasArrived = (copy) => !['rejected', 'refused', 'lost'].includes(copy.outcome);

/** What of an item is sent. */
export const wire = ({ id, kind, rev, base_rev, sha256, phone_time, body }) => ({ id, kind, rev, base_rev, sha256, phone_time, body });

export function createOutbox(store, { now = Date.now } = {}) {
  const inOrder = (items) => items.sort((a, b) => a.phone_time.localeCompare(b.phone_time) || a.rev - b.rev);

  /** Everything of a person that the server doesn't hold yet, oldest first. */
  const all = async (owner) => inOrder(await store.of('items', 'owner', owner));

  /** What can go now: all but what a person has to look at. */
  const ready = async (owner) => (await all(owner)).filter((item) => !item.held);

  async function accept(stores, item, result, patch) {
    const at = new Date(now()).toISOString();
    stores.items.delete(item.key);
    stores.sent.put({ ...item, received_at: at, record: result.record || null, outcome: result.outcome });
    stores.facts.put({ name: `received:${item.owner}`, at });
    if (patch) await patch(stores, item, result);
  }

  /** The patrol learns which revision its next version is based on, and where its page is. */
  async function tellPatrol(stores, item, result) {
    const patrol = await asked(stores.patrols.get(item.patrol));
    if (!patrol) return;
    if (item.kind === 'patrol') Object.assign(patrol, { base_rev: result.stored_rev || patrol.base_rev, record: result.record, remarks: result.remarks || [] });
    stores.patrols.put(patrol);
  }

  const hold = (stores, item, outcome, result) =>
    stores.items.put({ ...item, held: { outcome, codes: result.codes || {}, record: result.record || null } });

  /** Apply one receipt. Gives 'taken', 'content' (its bytes are wanted), 'held' (a person decides) or 'unknown'. */
  async function settle(result) {
    return store.write(['items', 'sent', 'facts', 'patrols', 'contents'], async (stores) => {
      const item = await asked(stores.items.get(keyOf(result.id, result.rev)));
      if (!item) return 'unknown';
      if (result.outcome === 'rejected') {
        hold(stores, item, 'rejected', result);
        return 'held';
      }
      if (result.sha256 !== item.sha256) return 'unknown';              // not a receipt for what lies here
      if (result.outcome === 'conflict') {
        hold(stores, item, 'conflict', result);
        return 'held';
      }
      if (!TAKEN.includes(result.outcome)) return 'unknown';
      if (item.kind === 'patrol') {
        await accept(stores, item, result, tellPatrol);
        return 'taken';
      }
      return contentState(stores, item, result, result.content || {});
    });
  }

  async function contentState(stores, item, result, content) {
    if (content.state === 'refused') {
      hold(stores, item, 'refused', { codes: content.codes || result.codes || {} });
      return 'held';
    }
    if (content.state === 'attached') {
      await accept(stores, item, result);
      const bytes = await asked(stores.contents.get(JSON.parse(item.body).sha256));
      if (bytes) stores.contents.put({ ...bytes, received_at: new Date(now()).toISOString() });
      return 'taken';
    }
    stores.items.put({ ...item, announced: true, content: { received: content.received || 0, state: content.state } });
    return content.state === 'waiting_content' ? 'content' : 'waits';
  }

  /** How far the bytes of an item have come, as the answer to a piece says. */
  const advance = (key, received) => store.write(['items'], async (stores) => {
    const item = await asked(stores.items.get(key));
    if (item) stores.items.put({ ...item, content: { ...item.content, received } });
  });

  /** The bytes that belong to an item are gone from this phone: it can't be sent, and says so. */
  const lose = (key) => store.write(['items'], async (stores) => {
    const item = await asked(stores.items.get(key));
    if (item) hold(stores, item, 'lost', {});
  });

  /** A person looked and wants it tried again as it is. */
  const release = (key) => store.write(['items'], async (stores) => {
    const item = await asked(stores.items.get(key));
    if (item) stores.items.put({ ...item, held: null });
  });

  /** A person has seen what the server can't take or what others decide about: it waits no longer, a copy stays. */
  const putAway = (key) => store.write(['items', 'sent'], async (stores) => {
    const item = await asked(stores.items.get(key));
    if (!item || !item.held) return;
    stores.items.delete(key);
    stores.sent.put({ ...item, received_at: new Date(now()).toISOString(), record: item.held.record, outcome: item.held.outcome });
  });

  /** What a ping says of this person's queue; `drafts` are patrols still being written. */
  async function unsent(owner, drafts) {
    const items = await all(owner);
    const open = drafts.filter((patrol) => !items.some((item) => item.patrol === patrol.id));
    const patrols = new Set(items.map((item) => item.patrol)).size + open.length;
    const moments = [...items.map((item) => item.phone_time), ...open.map((patrol) => patrol.created_at)].sort();
    return { patrols, items: items.length + open.length, oldest_at: moments[0] || null };
  }

  const copies = async (owner) => (await store.of('sent', 'owner', owner)).sort((a, b) => b.received_at.localeCompare(a.received_at));

  /** Forget copies after 30 days; with `all`, those of contents too, because the phone is full. */
  async function prune({ all: everything = false } = {}) {
    const old = new Date(now() - KEPT_MS).toISOString();
    await store.write(['sent', 'contents'], async (stores) => {
      for (const copy of await asked(stores.sent.getAll())) if (copy.received_at < old) stores.sent.delete(copy.key);
      for (const content of await asked(stores.contents.getAll())) {
        if (content.received_at && (everything || content.received_at < old)) stores.contents.delete(content.sha256);
      }
    });
  }

  return { all, ready, settle, advance, lose, release, putAway, unsent, copies, prune };
}
