// Features as cards, deps as curves.

const FONT = getComputedStyle(document.body).fontFamily;
const TITLE = `600 13px ${FONT}`, SMALL = `11.5px ${FONT}`, PILL = `600 11px ${FONT}`;
const PAD = 18, PILL_PAD = 6, PILL_GAP = 4, MIN_WIDTH = 140, MAX_TITLE = 230;
const pen = document.createElement('canvas').getContext('2d');

function textWidth(text, font) {
  pen.font = font;
  return pen.measureText(text).width;
}

// A key that is too long loses its beginning: the end is what tells it from others.
function cutKey(key) {
  if (textWidth(key, TITLE) <= MAX_TITLE) return key;
  let low = 1, high = key.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (textWidth('…' + key.slice(middle), TITLE) <= MAX_TITLE) high = middle; else low = middle + 1;
  }
  return '…' + key.slice(low);
}

// What there is to be done, and what stands in the way.
function pillsOf(feature) {
  const pills = [];
  for (const tag of feature.tags) {
    if (CHANGES.includes(tag)) pills.push({tag, text: `${short(feature.status[tag])} ${tag}`});
    else if (['error', 'blocked', 'missing', 'in_sync'].includes(tag)) pills.push({tag, text: TAGS[tag]});
  }
  return pills.map((pill) => ({...pill, width: textWidth(pill.text, PILL) + 2 * PILL_PAD}));
}

function secondLine(feature) {
  if (feature.status) return rowsText(feature);
  return plural(Object.keys(feature.fields).length, 'field');
}

function cardOf(feature) {
  const title = cutKey(feature.key), line = secondLine(feature), pills = pillsOf(feature);
  const pillWidth = pills.reduce((sum, pill) => sum + pill.width + PILL_GAP, 0);
  const width = Math.max(MIN_WIDTH, textWidth(title, TITLE) + 2 * PAD,
                         textWidth(line, SMALL) + 2 * PAD + (pillWidth ? pillWidth + 8 : 0));
  return {title, line, pills, width: Math.ceil(width), height: 54};
}

function drawTitle(title) {
  const cut = title.lastIndexOf('/') + 1;
  const text = svg('text', {class: 'key', x: PAD, y: 21});
  if (cut) text.append(svg('tspan', {class: 'path'}, title.slice(0, cut)));
  text.append(svg('tspan', {}, title.slice(cut)));
  return text;
}

function drawPills(card, width) {
  let x = width - 9;
  return [...card.pills].reverse().map((pill) => {
    x -= pill.width;
    const drawn = svg('g', {class: `pill ${pill.tag}`, transform: `translate(${x} 28.5)`},
        svg('rect', {width: pill.width, height: 17, rx: 8.5}),
        svg('text', {x: pill.width / 2, y: 12.3, 'text-anchor': 'middle'}, pill.text));
    x -= PILL_GAP;
    return drawn;
  });
}

function drawNode(feature, card) {
  const {x, y, width, height} = feature.box;
  feature.element = svg('g', {
    class: `node ${feature.tone}${feature.is_root ? ' is-root' : ''}`,
    transform: `translate(${x} ${y})`, role: 'button', tabindex: -1, 'aria-pressed': 'false',
    'aria-label': describe(feature), 'data-key': feature.key,
  },
  svg('title', {}, feature.description ? `${feature.key}\n${feature.description}` : feature.key),
  svg('rect', {class: 'card', width, height, rx: 8}),
  svg('rect', {class: 'stripe', x: 7, y: 11, width: 3.5, height: height - 22, rx: 1.75}),
  drawTitle(card.title),
  svg('text', {class: 'line', x: PAD, y: 41}, card.line),
  drawPills(card, width));
  return feature.element;
}

// Straight through the layers, curved between them.
function curve(points, down) {
  let d = `M${points[0].x} ${points[0].y}`;
  for (let i = 1; i < points.length; ++i) {
    const [a, b] = [points[i - 1], points[i]];
    const x = (a.x + b.x) / 2, y = (a.y + b.y) / 2;
    if (a.x === b.x || a.y === b.y) d += `L${b.x} ${b.y}`;
    else if (down) d += `C${a.x} ${y} ${b.x} ${y} ${b.x} ${b.y}`;
    else d += `C${x} ${a.y} ${x} ${b.y} ${b.x} ${b.y}`;
  }
  return d;
}

// `N:1` or `1:N`, in the middle of the last bend.
function drawLineage(edge, points) {
  const {type} = edge.dep.lineage.relationship;
  if (type === '1:1') return null;
  const [a, b] = points.slice(-2);
  return svg('g', {class: 'lineage', transform: `translate(${(a.x + b.x) / 2} ${(a.y + b.y) / 2})`},
      svg('rect', {x: -13, y: -8, width: 26, height: 16, rx: 8}),
      svg('text', {y: 3.7, 'text-anchor': 'middle'}, type));
}

function drawEdge(edge, points, down) {
  const note = depNote(edge.dep);
  const name = `${edge.from.key} → ${edge.to.key}${note ? `\n${note}` : ''}`;
  const d = curve(points, down);
  edge.element = svg('g', {class: `edge${edge.dep.optional ? ' optional' : ''}`}, svg('title', {}, name),
      svg('path', {class: 'touch', d}), svg('path', {class: 'line', d}),
      drawLineage(edge, points));
  return edge.element;
}

function drawGraph() {
  const cards = features.map(cardOf);
  const room = {width: canvas.clientWidth, height: canvas.clientHeight};
  const layout = layOut(cards, edges.map(({from, to}) => ({from: from.index, to: to.index})), room);
  features.forEach((feature, i) => { feature.box = layout.boxes[i]; });
  byId('edges').append(...edges.map((edge, i) => drawEdge(edge, layout.points[i], layout.down)));
  byId('nodes').append(...features.map((feature, i) => drawNode(feature, cards[i])));
  extent = layout;
}
