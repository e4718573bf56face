/* What a tap opens: <template data-popup> of the page, filled with text. Slots are [data-slot="name"]; what has nothing to
   say is taken out with its [data-line]. */

const MOST = 8;
const CONTROLS = 64; // px: the buttons at the left
const BORDERS = 28; // of a popup, both

const ours = (template) => template.content.firstElementChild.cloneNode(true);

function fill(root, values) {
  for (const [name, value] of Object.entries(values)) {
    for (const slot of root.querySelectorAll(`[data-slot="${name}"]`)) {
      if (value === '' || value === false) (slot.closest('[data-line]') ?? slot).remove();
      else if (value !== true) slot.textContent = value;
    }
  }
  return root;
}

/** → { patrols(place, ids), stretch(place, stretch) } */
export function popups(L, map, box, ask) {
  const page = box.closest('main');
  const inset = box.querySelector('[data-inset]');
  const beside = () => (getComputedStyle(inset).position === 'absolute' ? inset.offsetWidth + 16 : 8);
  const sizes = () => {
    const widest = Math.min(300, map.getSize().x - CONTROLS - beside() - BORDERS); // all of it in the map, beside the buttons
    return { maxWidth: widest, minWidth: Math.min(200, widest) };
  };
  const parts = Object.fromEntries(
    [...page.querySelectorAll('template[data-popup]')].map((template) => [template.dataset.popup, template]),
  );
  const open = (place, content) => L.popup({ ...sizes(), maxHeight: 300, closeButton: false, autoPanPaddingTopLeft: [CONTROLS, 8], autoPanPaddingBottomRight: [beside(), 8] })
    .setLatLng(place).setContent(content).openOn(map);
  const number = (value) => value.toLocaleString('vi-VN');

  return {
    stretch(place, stretch) {
      open(place, fill(ours(parts.stretch), { name: stretch.name, sorties: number(stretch.sorties) }));
    },
    async patrols(place, ids) {
      const content = fill(ours(parts.patrols), { count: number(ids.length) });
      const list = content.querySelector('[data-list]');
      const more = content.querySelector('[data-more]');
      const popup = open(place, content);
      let told;
      try {
        told = await ask(ids.slice(0, MOST));
      } catch {
        content.querySelector('[data-waiting]').remove();
        content.querySelector('[data-failed]').hidden = false;
        return;
      }
      content.querySelector('[data-waiting]').remove();
      for (const patrol of told) {
        const item = fill(ours(parts.patrol), { ...patrol, found: patrol.found.join('; '), nothing: patrol.nothing });
        item.querySelector('a').setAttribute('href', patrol.href);
        list.append(item);
      }
      if (ids.length > told.length) fill(more, { rest: number(ids.length - told.length) }).hidden = false;
      popup.update();
    },
  };
}
