// The first half of the layout: which layer each node is in, and in which order.

// Nodes come dependencies first, so `from` < `to` in every edge. A node comes after all that it
// is made from, and as near as it can to what is made from it where that makes its edges shorter.
function assignLayers(count, edges) {
  const ins = Array.from({length: count}, () => []);
  const outs = Array.from({length: count}, () => []);
  for (const {from, to} of edges) {
    outs[from].push(to);
    ins[to].push(from);
  }
  const layer = new Array(count).fill(0);
  for (let node = 0; node < count; ++node) {
    for (const before of ins[node]) layer[node] = Math.max(layer[node], layer[before] + 1);
  }
  for (let node = count - 1; node >= 0; --node) {
    if (outs[node].length <= ins[node].length) continue;
    layer[node] = Math.min(...outs[node].map((after) => layer[after])) - 1;
  }
  return layer;
}

// Nodes and bends as vertices `{layer, node, before, after}`: an edge that spans several
// layers goes through a bend in each layer between. All edges from one node share their bends.
// `routes` are the vertices of each edge.
function makeVertices(count, edges) {
  const layer = assignLayers(count, edges);
  const vertices = [];
  const add = (node, at) => {
    const vertex = {node, layer: at, before: [], after: [], order: 0, along: 0};
    vertices.push(vertex);
    return vertex;
  };
  const link = (from, to) => {
    if (from.after.includes(to)) return;
    from.after.push(to);
    to.before.push(from);
  };
  for (let node = 0; node < count; ++node) add(node, layer[node]);
  const trunks = new Map();
  const routes = edges.map(({from, to}) => {
    if (!trunks.has(from)) trunks.set(from, [vertices[from]]);
    const trunk = trunks.get(from);
    while (layer[from] + trunk.length < layer[to]) {
      const bend = add(null, layer[from] + trunk.length);
      link(trunk.at(-1), bend);
      trunk.push(bend);
    }
    const route = trunk.slice(0, layer[to] - layer[from]);
    link(route.at(-1), vertices[to]);
    return [...route, vertices[to]];
  });
  return {vertices, routes};
}

function setOrder(layer) {
  layer.forEach((vertex, order) => { vertex.order = order; });
}

// Layers in the order of a walk in depth: what hangs together is together from the start.
function initialLayers(vertices) {
  const layers = [];
  const seen = new Set();
  const visit = (start) => {
    const stack = [start];
    while (stack.length) {
      const vertex = stack.pop();
      if (seen.has(vertex)) continue;
      seen.add(vertex);
      (layers[vertex.layer] ??= []).push(vertex);
      stack.push(...[...vertex.after].reverse());
    }
  };
  vertices.filter((vertex) => vertex.before.length === 0).forEach(visit);
  layers.forEach(setOrder);
  return layers;
}

// Crossings between a layer and the next one: pairs of links in one order here, in the other there.
// `sums` is a Fenwick tree over the next layer.
function countCrossings(layer, next) {
  const sums = new Array(next.length + 1).fill(0);
  let crossings = 0, links = 0;
  for (const vertex of layer) {
    const ends = vertex.after.map((after) => after.order).sort((a, b) => a - b);
    for (const end of ends) {
      let notBeyond = 0;
      for (let i = end + 1; i > 0; i -= i & -i) notBeyond += sums[i];
      crossings += links - notBeyond;
    }
    for (const end of ends) {
      for (let i = end + 1; i <= next.length; i += i & -i) ++sums[i];
      ++links;
    }
  }
  return crossings;
}

function allCrossings(layers) {
  let crossings = 0;
  for (let i = 0; i + 1 < layers.length; ++i) crossings += countCrossings(layers[i], layers[i + 1]);
  return crossings;
}

// Each vertex at the mean place of its neighbours on one side; one without any stays.
function sortByNeighbours(layer, side) {
  const place = new Map(layer.map((vertex) => {
    const ends = vertex[side];
    const sum = ends.reduce((total, end) => total + end.order, 0);
    return [vertex, ends.length ? sum / ends.length : vertex.order];
  }));
  layer.sort((a, b) => place.get(a) - place.get(b) || a.order - b.order);
  setOrder(layer);
}

// Crossings of the links of `a` and `b` on one side, when `a` comes first.
function pairCrossings(a, b, side) {
  let crossings = 0;
  for (const x of a[side]) for (const y of b[side]) if (x.order > y.order) ++crossings;
  return crossings;
}

// Swaps neighbours where that takes crossings away.
function swapNeighbours(layer) {
  let swapped = false;
  for (let i = 0; i + 1 < layer.length; ++i) {
    const [a, b] = [layer[i], layer[i + 1]];
    const gain = pairCrossings(a, b, 'before') + pairCrossings(a, b, 'after') -
                 pairCrossings(b, a, 'before') - pairCrossings(b, a, 'after');
    if (gain <= 0) continue;
    [layer[i], layer[i + 1]] = [b, a];
    [a.order, b.order] = [i + 1, i];
    swapped = true;
  }
  return swapped;
}

// The layers, each in an order that lets few links cross.
function orderLayers(vertices) {
  const layers = initialLayers(vertices);
  let best = layers.map((layer) => [...layer]);
  let fewest = allCrossings(layers);
  for (let round = 0, idle = 0; fewest > 0 && round < 30 && idle < 6; ++round, ++idle) {
    if (round % 2 === 0) {
      for (let i = 1; i < layers.length; ++i) sortByNeighbours(layers[i], 'before');
    } else {
      for (let i = layers.length - 2; i >= 0; --i) sortByNeighbours(layers[i], 'after');
    }
    for (let turn = 0; turn < 8; ++turn) {
      if (layers.map(swapNeighbours).every((swapped) => !swapped)) break;
    }
    const crossings = allCrossings(layers);
    if (crossings >= fewest) continue;
    fewest = crossings;
    best = layers.map((layer) => [...layer]);
    idle = -1;
  }
  best.forEach(setOrder);
  return best;
}
