// What is selected, searched for and shown; keys; colours. The selected feature is in the address,
// behind the `#`, so that one can go back and pass it on.

const search = byId('search'), panel = byId('panel');
const wantedTags = new Set();
let selected = null, current = null;

function matches(feature) {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => feature.haystack.includes(word)) &&
         (wantedTags.size === 0 || [...wantedTags].some((tag) => feature.tags.has(tag)));
}

function showPanel(shown) {
  const word = search.value.trim().toLowerCase();
  panel.replaceChildren(...(selected ? featurePanel(selected) : listPanel(shown, word)));
  panel.setAttribute('aria-label', selected ? selected.key : 'Features');
}

// What is made from the selected feature, and what it is made from, stands out; while none is
// selected, what matches the search.
function show() {
  const shown = features.filter(matches), found = new Set(shown);
  const searching = shown.length < features.length;
  const up = selected ? upstreamOf(selected) : new Set();
  const down = selected ? downstreamOf(selected) : new Set();
  for (const feature of features) {
    const related = !selected || up.has(feature) || down.has(feature);
    const {classList} = feature.element;
    classList.toggle('dim', selected ? !related : !found.has(feature));
    classList.toggle('found', searching && found.has(feature));
    classList.toggle('selected', feature === selected);
    feature.element.setAttribute('aria-pressed', String(feature === selected));
  }
  for (const {from, to, element} of edges) {
    const lit = (up.has(from) && up.has(to)) || (down.has(from) && down.has(to));
    element.classList.toggle('lit', lit);
    element.classList.toggle('dim', selected ? !lit : !(found.has(from) && found.has(to)));
    if (lit) element.parentNode.append(element);  // above the others
  }
  showPanel(shown);
}

function makeCurrent(feature) {
  current?.element.setAttribute('tabindex', -1);
  current = feature;
  current?.element.setAttribute('tabindex', 0);
}

function addressed() {
  try {
    return featureOf.get(decodeURIComponent(location.hash.slice(1))) ?? null;
  } catch {
    return null;  // not an address of this page
  }
}

function readAddress() {
  selected = addressed();
  show();
  panel.scrollTop = 0;
  document.title = selected ? `${selected.key} · Feature graph` : 'Feature graph';
  if (!selected) return;
  makeCurrent(selected);
  reveal(selected.box);
}

function select(feature) {
  if (feature === selected) return;
  location.hash = feature ? encodeURIComponent(feature.key) : '';
  readAddress();
}

function searchChanged() {
  if (selected) select(null); else show();
}

const middle = ({box}) => ({x: box.x + box.width / 2, y: box.y + box.height / 2});

// The nearest feature on that side of the current one: what it is linked to comes before others.
function neighbourBy(key) {
  const from = middle(current);
  const linked = new Set([...current.ins.map((edge) => edge.from), ...current.outs.map((edge) => edge.to)]);
  const level = key === 'ArrowLeft' || key === 'ArrowRight';
  const sign = key === 'ArrowRight' || key === 'ArrowDown' ? 1 : -1;
  let best = null, least = Infinity;
  for (const feature of features) {
    const to = middle(feature);
    const ahead = sign * (level ? to.x - from.x : to.y - from.y);
    const aside = Math.abs(level ? to.y - from.y : to.x - from.x);
    if (ahead < 20) continue;
    const cost = ahead + 2 * aside + (linked.has(feature) ? 0 : 400);
    if (cost < least) [best, least] = [feature, cost];
  }
  return best;
}

function nodeKey(event) {
  if (event.key.startsWith('Arrow')) {
    const next = neighbourBy(event.key);
    if (next) {
      makeCurrent(next);
      next.element.focus();
      reveal(next.box);
    }
  } else if (event.key === 'Enter' || event.key === ' ') {
    select(current);
  } else {
    return;
  }
  event.preventDefault();
}

function pageKey(event) {
  const typing = event.target === search;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') {
    if (search.value) {
      search.value = '';
      show();
    } else {
      select(null);
    }
  } else if (typing && event.key === 'Enter') {
    const first = features.find(matches);
    if (first) select(first);
  } else if (typing) {
    return;
  } else if (event.key === '/') {
    search.focus();
    search.select();
  } else if (event.key === '+') {
    zoomBy(1.3);
  } else if (event.key === '-') {
    zoomBy(1 / 1.3);
  } else if (event.key === '0') {
    fitView(0);
  } else {
    return;
  }
  event.preventDefault();
}

function drawTags() {
  const group = byId('tags');
  for (const [tag, name] of Object.entries(TAGS)) {
    const count = features.filter((feature) => feature.tags.has(tag)).length;
    if (!count) continue;
    const button = html('button', {
      type: 'button', class: `badge ${tag}`, 'aria-pressed': 'false', 'data-tag': tag,
      onclick: () => {
        if (!wantedTags.delete(tag)) wantedTags.add(tag);
        button.setAttribute('aria-pressed', String(wantedTags.has(tag)));
        searchChanged();
      },
    }, `${name} `, html('b', {}, exact(count)));
    group.append(button);
  }
}

function drawAbout() {
  const parts = [];
  if (data.store) parts.push('Store ', code(data.store), ' · ');
  parts.push('Project ', html('code', {title: data.project_version}, data.project_version.slice(0, 12)));
  if (data.counted_at) parts.push(` · Counted ${data.counted_at.slice(0, 16).replace('T', ' ')} UTC`);
  byId('about').append(...parts);
}

const dark = matchMedia('(prefers-color-scheme: dark)');
const themeButton = byId('theme');

// The colours that were asked for instead of the system's, or null.
function savedTheme() {
  try {
    return localStorage.getItem('diotima-theme');
  } catch {
    return null;  // a browser may keep nothing for files
  }
}

function saveTheme(name) {
  try {
    if (name) localStorage.setItem('diotima-theme', name);
    else localStorage.removeItem('diotima-theme');
  } catch {
    // Then it lasts as long as the page.
  }
}

const systemTheme = () => (dark.matches ? 'dark' : 'light');
const shownTheme = () => document.documentElement.dataset.theme ?? systemTheme();
const otherTheme = () => (shownTheme() === 'dark' ? 'light' : 'dark');

// `name`: light, dark, or null for what the system says.
function setTheme(name) {
  if (name) document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
  themeButton.textContent = shownTheme() === 'dark' ? '☀' : '☾';
  themeButton.title = `Change to ${otherTheme()} colours`;
  themeButton.setAttribute('aria-label', themeButton.title);
}

themeButton.addEventListener('click', () => {
  const name = otherTheme() === systemTheme() ? null : otherTheme();
  saveTheme(name);
  setTheme(name);
});
dark.addEventListener('change', () => setTheme(savedTheme()));

byId('nodes').addEventListener('click', (event) => {
  const node = event.target.closest('.node');
  if (node && !dragged) select(featureOf.get(node.dataset.key));
});
byId('nodes').addEventListener('focusin', (event) => makeCurrent(featureOf.get(event.target.dataset.key)));
byId('nodes').addEventListener('keydown', nodeKey);
canvas.addEventListener('click', (event) => {
  if (!dragged && !event.target.closest('.node')) select(null);
});
document.addEventListener('keydown', pageKey);
search.addEventListener('input', searchChanged);
window.addEventListener('hashchange', () => {
  if (addressed() !== selected) readAddress();
});

setTheme(savedTheme());
drawAbout();
drawTags();
drawGraph();
byId('empty').hidden = features.length > 0;
makeCurrent(features[0] ?? null);
fitView(0.75);
readAddress();
