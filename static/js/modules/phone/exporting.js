/* What waits, as a file for the post (docs/offline.md): for a phone that never gets signal. Nothing leaves the queue by it. */

import { wire } from '../../offline/outbox.js';

const MOST_BYTES = 14 * 1024 * 1024;          // of contents; base64 makes a third more, and the door takes 20 MB

function base64(bytes) {
  let text = '';
  const all = new Uint8Array(bytes);
  for (let from = 0; from < all.length; from += 32768) text += String.fromCharCode(...all.subarray(from, from + 32768));
  return btoa(text);
}

/** The files' contents: records first, then as many photos and tracks as fit into each. */
export async function filesOf(app) {
  const items = await app.outbox.all(app.owner);
  const files = [];
  const open = () => {
    files.push({ format: 'patrol-queue', version: 1, exported_at: new Date().toISOString(), device: app.device, person_id: app.owner,
      person_name: app.reference.person.name, items: [], blobs: {} });
    return { file: files[files.length - 1], bytes: 0 };
  };
  let now = open();
  for (const item of items.filter((one) => one.kind === 'patrol')) now.file.items.push(wire(item));
  for (const item of items.filter((one) => one.kind !== 'patrol')) {
    const { sha256 } = JSON.parse(item.body);
    const content = await app.store.get('contents', sha256);
    const size = content ? content.bytes.byteLength : 0;
    if (now.bytes && now.bytes + size > MOST_BYTES) now = open();
    now.file.items.push(wire(item));
    if (content) now.file.blobs[sha256] = base64(content.bytes);
    now.bytes += size;
  }
  return files;
}

/** Hand the files to the phone's downloads; gives how many. */
export async function exportQueue(app) {
  const files = await filesOf(app);
  const day = new Date(Date.now() + 7 * 3600000).toISOString().slice(0, 10);
  files.forEach((file, number) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: 'application/json' }));
    link.download = `tuan-tra-${day}${files.length > 1 ? `-${number + 1}` : ''}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  });
  return files.length;
}
