/* The worker of the phone log. VERSION, SHELL_SHA256 and FILES are written above this line by the server. It keeps one set of files, all of
   one version, and answers for /phone and those files only: no page of anybody is ever kept, no redirect ever given. */

const CACHE = `so-tuan-tra-${VERSION}`;
const SHELL = '/phone';

async function fetched(address) {
  const answer = await fetch(address, { cache: 'no-cache', credentials: 'omit', redirect: 'error' });
  if (!answer.ok || answer.type !== 'basic') throw new Error(`${address}: ${answer.status}`);
  return answer;
}

/** All files or none, and the very shell this worker was made with: a half version would break in the middle of a night. */
async function install() {
  const cache = await caches.open(CACHE);
  const answers = await Promise.all(FILES.map(fetched));
  const shell = await answers[FILES.indexOf(SHELL)].clone().arrayBuffer();
  if ((await sha256(shell)) !== SHELL_SHA256) throw new Error('the server changed meanwhile');
  await Promise.all(answers.map((answer, number) => cache.put(FILES[number], answer)));
}

async function sha256(bytes) {
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function activate() {
  for (const name of await caches.keys()) if (name.startsWith('so-tuan-tra-') && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

async function kept(request, address) {
  const answer = await (await caches.open(CACHE)).match(address);
  return answer || fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('message', (event) => { if (event.data === 'activate') self.skipWaiting(); });
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== self.location.origin || !FILES.includes(address.pathname)) return;
  if (request.mode === 'navigate' && address.pathname !== SHELL) return;
  event.respondWith(kept(request, address.pathname));
});
