// A plain reader of the OpenAPI document: no library, nothing from another host.
'use strict';

const el = (tag, text, className) => {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (className) node.className = className;
  return node;
};

const json = (value) => el('pre', JSON.stringify(value, null, 2));

function operation(method, path, op) {
  const details = el('details');
  const summary = el('summary');
  summary.append(el('span', method.toUpperCase(), 'method'), el('code', path), ' ', op.summary ?? op.operationId ?? '');
  details.append(summary);
  if (op.description) details.append(el('p', op.description));
  if (op.parameters?.length) details.append(el('h4', 'Parameters'), json(op.parameters));
  if (op.requestBody) details.append(el('h4', 'Body'), json(op.requestBody.content ?? op.requestBody));
  details.append(el('h4', 'Answers'), json(op.responses));
  return details;
}

async function show() {
  const main = document.getElementById('docs');
  const api = await (await fetch('/api/openapi.json')).json();
  main.textContent = '';
  main.append(el('h1', `${api.info.title} ${api.info.version}`), el('p', api.info.description));
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths)) {
    const group = path.split('/')[3] ?? path;
    if (!groups.has(group)) groups.set(group, []);
    for (const [method, op] of Object.entries(item)) groups.get(group).push(operation(method, path, op));
  }
  for (const [group, operations] of groups) main.append(el('h2', group), ...operations);
  main.append(el('h2', 'Schemas'));
  for (const [name, schema] of Object.entries(api.components?.schemas ?? {})) {
    const details = el('details');
    details.append(el('summary', name), json(schema));
    main.append(details);
  }
}

show();
