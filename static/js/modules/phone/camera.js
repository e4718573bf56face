/* Photo first, form later: made small on the phone (which also drops what the camera wrote into the file, its place too) and
   kept at once. */

const THUMB_PX = 160;
const WANTED_BYTES = 320 * 1024;
const QUALITIES = [0.82, 0.7, 0.58, 0.45];

async function pictureOf(file) {
  if (window.createImageBitmap) {
    try {
      return await createImageBitmap(file, { imageOrientation: 'from-image' });
    } catch { /* a format it doesn't know: let the image element try */ }
  }
  const address = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

function drawn(picture, edge) {
  const [width, height] = [picture.naturalWidth || picture.width, picture.naturalHeight || picture.height];
  const scale = Math.min(1, edge / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const jpegOf = (canvas, quality) => new Promise((resolve, reject) => {
  canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the canvas gave no picture'))), 'image/jpeg', quality);
});

/** The bytes of the photo, no edge over `edge` pixels and about 300 kB, and a small picture to show. */
export async function shrink(file, edge = 1600) {
  const picture = await pictureOf(file);
  const canvas = drawn(picture, edge);
  let blob = null;
  for (const quality of QUALITIES) {
    blob = await jpegOf(canvas, quality);
    if (blob.size <= WANTED_BYTES) break;
  }
  const thumb = drawn(canvas, THUMB_PX).toDataURL('image/jpeg', 0.6);
  picture.close?.();
  return { bytes: await blob.arrayBuffer(), thumb };
}

/** Where the phone is, if it finds out within a minute; nobody waits for it. */
export const placeNow = () => new Promise((resolve) => {
  if (!navigator.geolocation) return resolve(null);
  return navigator.geolocation.getCurrentPosition(
    ({ coords }) => resolve({ lat: coords.latitude, lon: coords.longitude, accuracy: Math.round(coords.accuracy) }),
    () => resolve(null),
    { enableHighAccuracy: true, timeout: 60000, maximumAge: 15000 },
  );
});

/** Keep what the camera gives for this patrol (and finding); `failed` is told of a picture that can't be read. */
export function onPhoto(app, field, { patrol, finding = null, failed }) {
  field.addEventListener('change', async () => {
    for (const file of [...field.files]) {
      try {
        const small = await shrink(file, ((app.reference || {}).limits || {}).photo_edge_px);
        await app.book.keepContent({ patrol, kind: 'photo', finding, ...small });
      } catch (error) {
        if (error.name === 'QuotaExceededError') app.trouble(error);
        else failed(error);
      }
    }
    field.value = '';
    app.refresh();
  });
}
