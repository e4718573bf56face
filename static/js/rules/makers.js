/* Who made a phone, by the name of its model: each maker stops pages in the background by settings of its own. Pure. */

const MODELS = {
  samsung: /^(SM|GT)-/i,
  xiaomi: /xiaomi|redmi|poco|^mi |^M?2\d{3}[0-9A-Z]{3,}$/i,
  oppo: /^(CPH|RMX|OPD)\d|oppo|realme/i,
  vivo: /vivo|^V\d{4}/i,
  huawei: /huawei|honor|^[A-Z]{3}-(LX|L|AL|TL|NX|AN)\d/i,
  iphone: /^iPhone/,
};

/** The maker whose card fits, or null when the model says nothing. */
export const makerOf = (model) => Object.keys(MODELS).find((maker) => MODELS[maker].test(model.trim())) || null;

/** The model as far as an old-fashioned user agent text names it. */
export const modelIn = (agent) => (/iPhone/.exec(agent) || [''])[0] || (/Android [^;)]+; ([^;)]+?)(?: Build\/|\))/.exec(agent) || ['', ''])[1];
