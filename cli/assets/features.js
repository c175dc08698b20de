// The data of the page: features with what follows from them, and the deps between them.

const data = JSON.parse(byId('data').textContent);

// What a feature is tagged with: shown on it, and to be filtered by.
const TAGS = {
  error: 'error', new: 'new', stale: 'stale', orphaned: 'orphaned', blocked: 'blocked', missing: 'missing',
  unwritten: 'never written', in_sync: 'in sync', root: 'root',
};
const CHANGES = ['new', 'stale', 'orphaned'];

function tagsOf(feature) {
  const tags = new Set();
  const {status} = feature;
  if (feature.is_root) tags.add('root');
  if (!status) return tags;
  if (['error', 'blocked', 'missing', 'in_sync'].includes(status.state)) tags.add(status.state);
  for (const change of CHANGES) if (status[change]) tags.add(change);
  if (!feature.read_from) tags.add('unwritten');
  return tags;
}

// The one that colours it.
function toneOf(tags) {
  for (const tag of ['error', 'stale', 'new', 'orphaned', 'blocked', 'missing', 'unwritten', 'in_sync']) {
    if (tags.has(tag)) return tag;
  }
  return 'root';
}

// Of a dep, what is special about it: `aggregation on id, optional`.
function depNote(dep) {
  const {type, on} = dep.lineage.relationship;
  const parts = [];
  if (type !== '1:1') {
    parts.push((type === 'N:1' ? 'aggregation' : 'expansion') + (on ? ` on ${on.join(', ')}` : ''));
  }
  if (dep.optional) parts.push('optional');
  return parts.join(', ');
}

const features = data.features;  // dependencies first
const featureOf = new Map(features.map((feature) => [feature.key, feature]));
const edges = [];

features.forEach((feature, index) => {
  feature.index = index;
  feature.tags = tagsOf(feature);
  feature.tone = toneOf(feature.tags);
  feature.ins = [];
  feature.outs = [];
  const columns = feature.columns.map((column) => column.name);
  feature.haystack = [feature.key, feature.description ?? '', ...Object.keys(feature.fields),
                      ...feature.id_columns, ...columns].join('\n').toLowerCase();
});

for (const feature of features) {
  for (const dep of feature.deps) {
    const edge = {from: featureOf.get(dep.feature), to: feature, dep};
    edges.push(edge);
    edge.from.outs.push(edge);
    feature.ins.push(edge);
  }
}

// All that `feature` is made from or all that is made from it, itself included.
function reach(feature, side, end) {
  const found = new Set([feature]);
  for (const at of found) for (const edge of at[side]) found.add(edge[end]);
  return found;
}

const upstreamOf = (feature) => reach(feature, 'ins', 'from');
const downstreamOf = (feature) => reach(feature, 'outs', 'to');

function rowsText(feature) {
  if (!feature.status) return '';
  if (!feature.read_from) return 'never written';
  return `${short(feature.rows)} row${feature.rows === 1 ? '' : 's'}`;
}

// The whole of it in words, for those who do not see it.
function describe(feature) {
  const parts = [feature.key];
  if (feature.is_root) parts.push('root');
  if (feature.status && feature.read_from) parts.push(plural(feature.rows, 'row'));
  for (const tag of feature.tags) {
    if (tag !== 'root') parts.push(CHANGES.includes(tag) ? `${exact(feature.status[tag])} ${tag}` : TAGS[tag]);
  }
  return parts.join(', ');
}
