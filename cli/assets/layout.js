// The second half of the layout: coordinates. Layers are columns from left to right, or rows from
// top to bottom. Nodes of one column are equally wide, and of one row equally high, so that edges
// pass the layers in lanes of their own, and bend only between them.
//
// `along` is where in its layer something is, `across` where the layer is.

const NODE_GAP = 16, LANE_GAP = 9, COMPONENT_GAP = 44;

const isBend = (vertex) => vertex.node === null;

// Between the middles of two that follow each other in a layer.
function distance(one, next) {
  return (one.size + next.size) / 2 + (isBend(one) && isBend(next) ? LANE_GAP : NODE_GAP);
}

// Puts the vertices of a layer as near as possible to where they want to be (least squares), in
// their order and not too close: those that would collide become one block at their mean place.
function settle(layer, wanted) {
  const blocks = [], offsets = [];
  layer.forEach((vertex, i) => {
    offsets.push(i ? offsets[i - 1] + distance(layer[i - 1], vertex) : 0);
    const {weight} = wanted[i];
    let block = {first: i, weight, sum: weight * (wanted[i].along - offsets[i])};
    while (blocks.length && blocks.at(-1).sum / blocks.at(-1).weight >= block.sum / block.weight) {
      const {first, weight: before, sum} = blocks.pop();
      block = {first, weight: before + block.weight, sum: sum + block.sum};
    }
    blocks.push(block);
  });
  blocks.forEach(({first, weight, sum}, i) => {
    const end = blocks[i + 1]?.first ?? layer.length;
    for (let j = first; j < end; ++j) layer[j].along = sum / weight + offsets[j];
  });
}

// Long edges shall be straight before short ones are.
const pull = (a, b) => (isBend(a) && isBend(b) ? 8 : isBend(a) || isBend(b) ? 1.5 : 1);

// Where each vertex of a layer would like to be: at the weighted mean of its neighbours.
function wishes(layer, sides) {
  return layer.map((vertex) => {
    let weight = 0, sum = 0;
    for (const side of sides) {
      for (const end of vertex[side]) {
        weight += pull(vertex, end);
        sum += pull(vertex, end) * end.along;
      }
    }
    return weight ? {along: sum / weight, weight} : {along: vertex.along, weight: 0.1};
  });
}

function placeAlong(layers) {
  for (const layer of layers) settle(layer, layer.map(() => ({along: 0, weight: 1})));
  const backwards = [...layers].reverse();
  for (let round = 0; round < 24; ++round) {
    const sides = round < 8 ? [round % 2 ? 'after' : 'before'] : ['before', 'after'];
    for (const layer of round % 2 ? backwards : layers) settle(layer, wishes(layer, sides));
  }
  const start = Math.min(...layers.map(([first]) => first.along - first.size / 2));
  for (const layer of layers) for (const vertex of layer) vertex.along -= start;
}

// Where each layer starts and ends; there is more room between them where edges are steep.
function placeAcross(layers, thickness, down) {
  const [room, slope, most] = down ? [40, 0.05, 110] : [48, 0.14, 150];
  const bands = [];
  let across = 0;
  for (const layer of layers) {
    const own = layer.filter((vertex) => !isBend(vertex)).map((vertex) => thickness[vertex.node]);
    const start = across, end = across + Math.max(0, ...own);
    const steep = Math.max(0, ...layer.flatMap(
        (vertex) => vertex.after.map((next) => Math.abs(next.along - vertex.along))));
    bands.push({start, end});
    across = end + Math.min(most, room + steep * slope);
  }
  return bands;
}

// A connected part of the graph: `{width, height, boxes, points}`; points are those that each edge
// goes through, two a layer that it passes.
function layOutComponent(cards, edges, down) {
  const {vertices, routes} = makeVertices(cards.length, edges);
  for (const vertex of vertices) {
    vertex.size = isBend(vertex) ? 0 : down ? cards[vertex.node].width : cards[vertex.node].height;
  }
  const layers = orderLayers(vertices);
  placeAlong(layers);
  const bands = placeAcross(layers, cards.map((card) => (down ? card.height : card.width)), down);
  const point = (along, across) => (down ? {x: along, y: across} : {x: across, y: along});
  const boxes = vertices.slice(0, cards.length).map(({along, size, layer}) => {
    const {start, end} = bands[layer];
    const far = point(size, end - start);
    return {...point(along - size / 2, start), width: far.x, height: far.y};
  });
  const points = routes.map((route) => route.flatMap(({along, layer}) => [
    point(along, bands[layer].start), point(along, bands[layer].end)]).slice(1, -1));
  const {x, y} = point(Math.max(...vertices.map(({along, size}) => along + size / 2)), bands.at(-1).end);
  return {width: x, height: y, boxes, points};
}

// The nodes of each connected part, in their order.
function findComponents(count, edges) {
  const leader = Array.from({length: count}, (_, node) => node);
  const find = (node) => {
    while (leader[node] !== node) node = leader[node] = leader[leader[node]];
    return node;
  };
  for (const {from, to} of edges) leader[find(from)] = find(to);
  const components = new Map();
  for (let node = 0; node < count; ++node) {
    const key = find(node);
    if (!components.has(key)) components.set(key, []);
    components.get(key).push(node);
  }
  return [...components.values()];
}

// Puts parts side by side on shelves, the highest first, in a shape like that of `room`.
function pack(parts, room) {
  const area = parts.reduce(
      (sum, part) => sum + (part.width + COMPONENT_GAP) * (part.height + COMPONENT_GAP), 0);
  const limit = Math.max(...parts.map((part) => part.width),
                         Math.sqrt(area * 1.1 * room.width / room.height));
  let x = 0, y = 0, shelf = 0;
  for (const part of [...parts].sort((a, b) => b.height - a.height)) {
    if (x > 0 && x + part.width > limit) {
      y += shelf + COMPONENT_GAP;
      x = shelf = 0;
    }
    [part.x, part.y] = [x, y];
    x += part.width + COMPONENT_GAP;
    shelf = Math.max(shelf, part.height);
  }
}

function layOutTo(cards, edges, room, down) {
  const boxes = [], points = [];
  const parts = findComponents(cards.length, edges).map((nodes) => {
    const local = new Map(nodes.map((node, i) => [node, i]));
    const own = edges.flatMap(({from, to}, i) =>
      local.has(from) ? [{from: local.get(from), to: local.get(to), i}] : []);
    return {nodes, own, ...layOutComponent(nodes.map((node) => cards[node]), own, down)};
  });
  if (parts.length) pack(parts, room);
  for (const part of parts) {
    const shift = (at) => ({...at, x: at.x + part.x, y: at.y + part.y});
    part.nodes.forEach((node, i) => { boxes[node] = shift(part.boxes[i]); });
    part.own.forEach(({i}, own) => { points[i] = part.points[own].map(shift); });
  }
  const width = Math.max(1, ...parts.map((part) => part.x + part.width));
  const height = Math.max(1, ...parts.map((part) => part.y + part.height));
  return {boxes, points, width, height, down, zoom: Math.min(room.width / width, room.height / height)};
}

// Of cards `{width, height}`, dependencies first, and edges `{from, to}` by their indices:
// `{boxes, points, width, height, down}`, in the direction that fits `room` better.
function layOut(cards, edges, room) {
  const [right, down] = [false, true].map((way) => layOutTo(cards, edges, room, way));
  return down.zoom > right.zoom ? down : right;
}
