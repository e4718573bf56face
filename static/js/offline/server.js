/* The addresses of docs/offline.md. Every call gives the JSON of a well-formed answer or throws. */

import { Refusal } from './sync.js';

const PATIENCE_MS = 45000;

async function ask(fetcher, address, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetcher(address, { credentials: 'same-origin', redirect: 'error', cache: 'no-store', signal: stop.signal, ...options });
    if (answer.status === 304) return { unchanged: true, server_time: answer.headers.get('X-Server-Time') };
    const json = await answer.json().catch(() => ({}));
    if (answer.ok) return { ...json, etag: answer.headers.get('ETag') };
    const wait = Number(answer.headers.get('Retry-After'));
    throw new Refusal(answer.status, { code: json.code, received: Number.isInteger(json.received) ? json.received : null,
      retryAfter: wait > 0 ? wait * 1000 : null });
  } finally {
    clearTimeout(timer);
  }
}

const json = (method, value) => ({ method, body: JSON.stringify(value), headers: { 'Content-Type': 'application/json' } });

export function createServer({ device, fetcher = (...all) => fetch(...all), now = Date.now }) {
  const blob = (sha256) => `/api/v1/blobs/${sha256}`;
  const put = (sha256, piece, { from, total }) => ask(fetcher, blob(sha256), { method: 'PUT', body: piece,
    headers: { 'Content-Type': 'application/octet-stream', 'Content-Range': `bytes ${from}-${from + piece.byteLength - 1}/${total}` } });
  put.standing = (sha256) => ask(fetcher, blob(sha256));
  return {
    post: (owner, items) => ask(fetcher, '/api/v1/sync', json('POST', { device, person_id: owner, sent_at: new Date(now()).toISOString(), items })),
    put,
    ping: (owner, unsent) => ask(fetcher, '/api/v1/ping', json('POST', { device, person_id: owner, unsent })),
    reference: (etag) => ask(fetcher, '/api/v1/reference', { headers: etag ? { 'If-None-Match': etag } : {} }),
  };
}
