/* Send what waits; forget only what the server says it holds. Collaborators are passed in: `post(batch)`, `put(content,
   piece)` and `ping(unsent)` throw a Refusal, or anything when there was no answer. */

import { pieceAfter } from '../rules/retry.js';
import { wire } from './outbox.js';

export class Refusal extends Error {
  constructor(status, { code = '', received = null, retryAfter = null } = {}) {
    super(`${status} ${code}`);
    Object.assign(this, { status, code, received, retryAfter });
  }
}

const STATES = { sign_in: 'sign-in', other_person: 'other-person', password_change_needed: 'password', second_factor_needed: 'factor', not_allowed: 'not-allowed', not_readable: 'unreadable' };

/** What a failure means for the queue; anything unexpected is "later". */
export function stateAfter(error) {
  if (error instanceof Refusal) {
    if (error.status === 401) return 'sign-in';
    if ([400, 403, 409].includes(error.status)) return STATES[error.code] || 'not-allowed';
  }
  return 'later';
}

/** Items cut into batches the server takes: so many, and so many bytes. */
export function batches(items, { most, bytes }) {
  const cut = [];
  let size = bytes;
  for (const item of items) {
    const own = new TextEncoder().encode(JSON.stringify(wire(item))).length + 2;
    if (size + own > bytes || cut[cut.length - 1].length === most) {
      cut.push([]);
      size = 600;                                                       // what stands around the items
    }
    cut[cut.length - 1].push(item);
    size += own;
  }
  return cut;
}

/** Send the queue of one person once through; `progress(done, total, keys)` is told how far, and of what is under way. Gives { sent, state, retryAfter }. */
export async function drain({ outbox, owner, limits, post, put, bytesOf, progress = () => {} }) {
  const lost = await loseWhatIsGone(await outbox.ready(owner), { outbox, bytesOf });
  const waiting = await outbox.ready(owner);
  const records = waiting.filter((item) => !item.announced || (item.content && item.content.state !== 'waiting_content'));
  const wanted = waiting.filter((item) => item.announced && !records.includes(item)).map((item) => item.key);
  const total = waiting.length;
  let sent = 0;
  let held = lost;
  if (total === 0) return { sent, state: lost ? 'attention' : 'nothing' };
  progress(0, total);

  const settle = async (result) => {
    const became = await outbox.settle(result);
    if (became === 'taken') progress((sent += 1), total);
    if (became === 'held') held += 1;
    if (became === 'content') wanted.push(`${result.id}:${result.rev}`);
  };
  const deliver = async (batch) => {
    progress(sent, total, batch.map((item) => item.key));
    try {
      for (const result of (await post(batch.map(wire))).results) await settle(result);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 413 || batch.length < 2) throw error;
      const half = Math.ceil(batch.length / 2);
      await deliver(batch.slice(0, half));
      await deliver(batch.slice(half));
    }
  };

  try {
    for (const batch of batches(records, { most: limits.items, bytes: limits.bytes })) await deliver(batch);
    for (const key of wanted) {
      const item = (await outbox.ready(owner)).find((one) => one.key === key);
      if (item) progress(sent, total, [item.key]);
      if (item && (await sendContent(item, { outbox, put, bytesOf, piece: limits.piece_bytes }))) await deliver([item]);
    }
  } catch (error) {
    return { sent, state: stateAfter(error), retryAfter: error.retryAfter || null };
  }
  const left = (await outbox.ready(owner)).length;
  return { sent, state: held ? 'attention' : left ? 'later' : 'done' };
}

const FAILURES_IN_A_ROW = 6;

/* What browsers say of a value whose file they no longer have. */
const UNREADABLE = ['UnknownError', 'NotReadableError', 'NotFoundError', 'DataError'];

/** Photos and tracks whose bytes this phone no longer has are not sent and not tried again: a person is told. Gives how many. */
async function loseWhatIsGone(items, { outbox, bytesOf }) {
  let lost = 0;
  for (const item of items.filter((one) => one.kind !== 'patrol')) {
    if (await isThere(JSON.parse(item.body).sha256, bytesOf)) continue;
    await outbox.lose(item.key);
    lost += 1;
  }
  return lost;
}

async function isThere(sha256, bytesOf) {
  try {
    return Boolean(await bytesOf(sha256));
  } catch (error) {
    if (UNREADABLE.includes(error.name)) return false;
    throw error;
  }
}

/** Bring the bytes of a photo or track over, from where the server stands. True when all of it is there. */
export async function sendContent(item, { outbox, put, bytesOf, piece }) {
  const announced = JSON.parse(item.body);
  const bytes = await bytesOf(announced.sha256);
  if (!bytes) return false;
  let from = Math.min(item.content.received, bytes.byteLength);
  let size = piece;
  let failures = 0;
  for (;;) {
    const to = Math.min(from + size, bytes.byteLength);
    try {
      const answer = await put(announced.sha256, bytes.slice(from, to), { from, total: bytes.byteLength });
      from = answer.received;
      failures = 0;
      size = pieceAfter(size, true);
      await outbox.advance(item.key, from);
      if (answer.complete) return true;
    } catch (error) {
      const known = error instanceof Refusal && error.received !== null && [409, 422].includes(error.status);
      if (error instanceof Refusal && !known) throw error;
      failures += 1;
      if (failures >= FAILURES_IN_A_ROW) throw error;
      size = pieceAfter(size, false);
      if (known) from = error.received;
      else from = await standing(put, announced.sha256, from);
    }
  }
}

/** Where the server stands after a piece got no answer; the same place when even that can't be asked. */
async function standing(put, sha256, from) {
  try {
    return (await put.standing(sha256)).received;
  } catch {
    return from;
  }
}
