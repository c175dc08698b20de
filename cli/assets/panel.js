// Beside the graph: the list of features, or all about one of them.

const code = (text) => html('code', {}, text);
const link = (key, text = key) => html('a', {href: `#${encodeURIComponent(key)}`}, text);
const none = (text) => html('p', {class: 'none'}, text);

function section(title, ...content) {
  return html('section', {}, html('h3', {}, title), ...content);
}

function table(heads, rows) {
  return html('div', {class: 'scroll'}, html('table', {},
      html('thead', {}, html('tr', {}, heads.map((head) => html('th', {scope: 'col'}, head)))),
      html('tbody', {}, rows.map((row) => html('tr', {}, row.map((cell) => html('td', {}, cell)))))));
}

const version = (text) =>
  html('code', {class: 'version', title: text}, text);

// The part of `text` that was searched for is marked.
function marked(text, word) {
  const at = word ? text.toLowerCase().indexOf(word) : -1;
  if (at < 0) return [text];
  return [text.slice(0, at), html('mark', {}, text.slice(at, at + word.length)), text.slice(at + word.length)];
}

function badges(feature) {
  return [...feature.tags].filter((tag) => tag !== 'root').map((tag) => html(
      'span', {class: `badge ${tag}`},
      CHANGES.includes(tag) ? `${short(feature.status[tag])} ${tag}` : TAGS[tag]));
}

function listItem(feature, word) {
  return html('li', {}, html('a', {class: `item ${feature.tone}`, href: `#${encodeURIComponent(feature.key)}`},
      html('span', {class: 'name', title: feature.key}, marked(feature.key, word)),
      html('span', {class: 'rows'}, rowsText(feature) === 'never written' ? '' : rowsText(feature)),
      html('span', {class: 'badges'}, badges(feature))));
}

function listPanel(shown, word) {
  const all = shown.length === features.length;
  const heading = all ? plural(features.length, 'feature') : `${exact(shown.length)} of ${plural(features.length, 'feature')}`;
  return [
    html('h2', {'aria-live': 'polite'}, heading),
    shown.length ? html('ul', {class: 'list'}, shown.map((feature) => listItem(feature, word)))
                 : none(features.length ? 'Nothing matches.' : 'There are none.'),
  ];
}

function tile(name, value, tone) {
  return html('div', {class: `tile ${value ? tone : ''}`, 'data-count': name},
      html('b', {}, exact(value)), html('span', {}, name));
}

function progressBar(percent) {
  return html('div', {class: 'progress'},
      html('progress', {max: 100, value: percent, 'aria-label': 'Computed'}),
      html('span', {}, `${Math.floor(percent * 10) / 10} % of the input is computed`));
}

const STATES = {
  root: 'A root: its samples come from outside, so that what is new or stale shows when they are resolved.',
  in_sync: 'In sync: nothing is to be computed.',
  missing: 'Missing: it was never written under its current version.',
  blocked: 'Blocked: something upstream is not in sync.',
};

function counts(feature) {
  const {status} = feature;
  if (!data.store) return none('The page was made without a store: there are definitions alone.');
  if (!status) return none('Counts were left out of this page.');
  const tiles = [tile('rows', feature.rows, '')];
  for (const change of CHANGES) if (status[change] !== null) tiles.push(tile(change, status[change], change));
  return [
    html('div', {class: 'tiles'}, tiles),
    status.progress === null ? null : progressBar(status.progress),
    STATES[status.state] ? html('p', {class: 'note'}, STATES[status.state]) : null,
    feature.read_from ? null : html('p', {class: 'note'}, 'Never written.'),
    status.message || status.error ? html('p', {class: status.error ? 'note failure' : 'note'},
                                          status.message ?? status.error) : null,
  ];
}

// `a/b.c`, a parent field, with a link to the feature.
function parentLink(name) {
  const cut = name.lastIndexOf('.');
  return html('span', {class: 'parent'}, link(name.slice(0, cut), name));
}

function fieldsTable(feature) {
  const codes = new Map(feature.spec.fields.map((field) => [field.key, field.code_version]));
  const rows = Object.entries(feature.fields).map(([key, field]) => [
    [html('b', {}, key), ...field.parents.map((parent) => html('div', {class: 'from'}, '← ', parentLink(parent)))],
    codes.get(key) === '__metaxy_initial__' ? html('span', {class: 'none'}, 'initial') : code(codes.get(key)),
    version(field.version),
  ]);
  return table(['Field', 'Code', 'Version'], rows);
}

// What a dep says beside the feature's name, each thing on a line.
function depDetails(dep) {
  const lines = [];
  const note = depNote(dep);
  if (note) lines.push(note);
  if (dep.select) lines.push(dep.select.length ? `select ${dep.select.join(', ')}` : 'select no other columns');
  for (const [from, to] of Object.entries(dep.rename ?? {})) lines.push(`rename ${from} → ${to}`);
  for (const filter of dep.sql_filters ?? []) lines.push(`where ${filter}`);
  return lines.map((line) => html('div', {class: 'from'}, line));
}

function neighbours(feature) {
  const ins = feature.ins.map(({from, dep}) => html('li', {class: from.tone}, link(from.key), depDetails(dep)));
  const outs = feature.outs.map(({to, dep}) => html('li', {class: to.tone}, link(to.key), depDetails({...dep, select: null, rename: null, sql_filters: null})));
  const list = (items) => html('ul', {class: 'neighbours'}, items);
  return [
    ins.length ? section('Made from', list(ins)) : null,
    outs.length ? section('Made into', list(outs)) : null,
  ];
}

function versions(feature) {
  const names = {
    feature_version: 'feature', code_version: 'code', spec_version: 'spec', definition_version: 'definition',
  };
  return html('dl', {}, Object.entries(names).map(([member, name]) => [
    html('dt', {}, name), html('dd', {}, version(feature[member]))]).flat());
}

function stored(feature) {
  if (!data.store) return null;
  const content = [];
  if (feature.versions.length) {
    content.push(table(['Feature version', 'Rows with history'], feature.versions.map((one) => [
      [version(one.feature_version), one.current ? html('span', {class: 'badge in_sync'}, 'current') : null],
      one.rows === null ? '' : exact(one.rows),
    ])));
  } else {
    content.push(none(feature.read_from ? 'Nothing in this store.' : 'Nothing: it was never written.'));
  }
  if (feature.read_from && feature.read_from !== data.store) {
    content.push(html('p', {class: 'note'}, 'Read from ', code(feature.read_from)));
  }
  return section('Stored', ...content);
}

function columns(feature) {
  if (!feature.columns.length) return null;
  return section('Columns', table(['Column', 'Type'], feature.columns.map((column) => [
    [column.name, feature.id_columns.includes(column.name) ? html('span', {class: 'badge'}, 'id') : null,
     column.stored || !data.store ? null : html('span', {class: 'badge'}, 'not stored yet')],
    code(column.type),
  ])));
}

const json = (value) => html('pre', {tabindex: 0}, JSON.stringify(value, null, 2));

function featurePanel(feature) {
  const has = Object.keys(feature.metadata ?? {}).length > 0;
  return [
    html('a', {class: 'back', href: '#'}, '← All features'),
    html('h2', {}, feature.key),
    html('p', {class: 'badges'}, feature.is_root ? html('span', {class: 'badge root'}, 'root') : null, badges(feature)),
    feature.description ? html('p', {class: 'description'}, feature.description) : null,
    html('p', {class: 'ids'}, 'A sample is identified by ',
         feature.id_columns.map((name, i) => [i ? ', ' : '', code(name)]).flat()),
    section('Counts', counts(feature)),
    section('Fields', fieldsTable(feature)),
    ...neighbours(feature),
    section('Versions', versions(feature)),
    stored(feature),
    columns(feature),
    has ? section('Metadata', json(feature.metadata)) : null,
    section('Spec', feature.source ? html('p', {class: 'note'}, 'From ', code(feature.source)) : null,
            html('details', {}, html('summary', {}, 'As JSON'), json(feature.spec))),
  ].filter((part) => part !== null);
}
