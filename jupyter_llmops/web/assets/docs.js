// Shows openapi.json as a page. Texts are set as text, never as markup.
const make = (tag, attributes = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), attributes);
  node.append(...children);
  return node;
};

const resolve = (api, schema, seen = []) => {
  if (Array.isArray(schema)) {
    return schema.map(item => resolve(api, item, seen));
  }
  if (schema === null || typeof schema !== 'object') {
    return schema;
  }
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop();
    return seen.includes(name) ? { $ref: name } : resolve(api, api.components.schemas[name], [...seen, name]);
  }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolve(api, value, seen)]));
};

const shape = (api, content) =>
  Object.entries(content ?? {}).flatMap(([type, { schema }]) => [
    make('div', {}, make('code', { textContent: type })),
    make('pre', { textContent: JSON.stringify(resolve(api, schema), null, 2) })
  ]);

const parameterLine = parameter =>
  make(
    'dd',
    {},
    make('code', { textContent: parameter.name }),
    ` · ${parameter.in}${parameter.required ? ' · required' : ''} ${parameter.schema.description ?? ''}`
  );

const operation = (api, path, method, item, shared) => {
  const list = make('dl');
  const parameters = [...(shared ?? []), ...(item.parameters ?? [])];
  if (parameters.length) {
    list.append(make('dt', { textContent: 'Parameters' }), ...parameters.map(parameterLine));
  }
  if (item.requestBody) {
    list.append(make('dt', { textContent: 'Body' }), make('dd', {}, ...shape(api, item.requestBody.content)));
  }
  for (const [status, answer] of Object.entries(item.responses)) {
    const full = answer.$ref ? api.components.responses[answer.$ref.split('/').pop()] : answer;
    list.append(make('dt', { textContent: `${status} · ${full.description}` }), make('dd', {}, ...shape(api, full.content)));
  }
  const head = make(
    'summary',
    {},
    make('span', { className: 'method', textContent: method }),
    make('code', { textContent: path }),
    ` · ${item.summary}`
  );
  const node = make('details', {}, head);
  node.dataset.text = `${method} ${path} ${item.summary}`.toLowerCase();
  // the body is made when it is first opened: the whole page has hundreds of schemas
  node.addEventListener('toggle', () => node.open && !list.isConnected && node.append(make('p', { textContent: item.description ?? '' }), list));
  return node;
};

const methods = ['get', 'post', 'put', 'patch', 'delete'];

const show = api => {
  const main = document.getElementById('operations');
  document.getElementById('version').textContent = api.info.version;
  document.getElementById('description').textContent = api.info.description;
  main.replaceChildren();
  for (const { name } of api.tags) {
    const section = make('section', {}, make('h2', { textContent: name }));
    for (const [path, item] of Object.entries(api.paths)) {
      if (path.split('/')[1] === name) {
        section.append(...methods.filter(m => item[m]).map(m => operation(api, path, m, item[m], item.parameters)));
      }
    }
    main.append(section);
  }
  document.getElementById('filter').addEventListener('input', event => {
    const wanted = event.target.value.toLowerCase();
    for (const node of main.querySelectorAll('details')) {
      node.hidden = !node.dataset.text.includes(wanted);
    }
  });
};

const xsrf = document.cookie.match(/(?:^|; )_xsrf=([^;]+)/)?.[1] ?? '';
fetch('openapi.json', { headers: { 'X-XSRFToken': decodeURIComponent(xsrf) } })
  .then(answer => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
  .then(show)
  .catch(error => {
    document.getElementById('operations').textContent = `The document could not be loaded (${error.message}). Reload the page.`;
  });
