"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const query = byId("query"), variables = byId("variables"), result = byId("result");
  const status = byId("status"), run = byId("run"), menu = byId("menu"), docs = byId("docs");
  const door = byId("door"), token = byId("token"), enter = byId("enter");
  let published = JSON.parse(byId("published").textContent);

  // A token is kept for this tab only, and goes nowhere but to this server.
  const KEPT = "lineage-token";
  const authorization = () => {
    const kept = sessionStorage.getItem(KEPT);
    return kept ? { Authorization: `Bearer ${kept}` } : {};
  };

  const element = (name, text, more = {}) => {
    const made = Object.assign(document.createElement(name), more);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // The published queries.
  const list = () => {
    menu.replaceChildren(...published.map((one) =>
      element("option", `${one.name}: ${one.title}`, { value: one.name })));
  };
  list();
  const choose = (name) => {
    const one = published.find((p) => p.name === name);
    if (!one) return;
    query.value = one.query;
    variables.value = JSON.stringify(one.variables, null, 2);
    menu.value = name;
  };
  menu.addEventListener("change", () => choose(menu.value));

  // A question in the address can be passed on.
  const shared = new URLSearchParams(location.hash.slice(1));
  if (shared.get("query")) {
    query.value = shared.get("query");
    variables.value = shared.get("variables") || "{}";
  } else if (published.length) {
    choose(published[0].name);
  }

  const send = async (body) => {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/graphql-response+json",
        ...authorization(),
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status === 401) knock(JSON.parse(text).detail);
    return { code: response.status, text };
  };

  // Without a token that the server takes: say what it says, and ask for one.
  const knock = (reason) => {
    const before = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    door.hidden = false;
    token.focus();
    show(before
      ? `The server does not take this token: ${reason}`
      : "This server answers only with a token that may read. Paste one above; it is kept for this"
        + " tab. On the server `lineage token create NAME --right read` makes one.", true);
    docs.replaceChildren(element("p", "The schema is shown once there is a token."));
  };
  const come = async () => {
    if (!token.value.trim()) return;
    sessionStorage.setItem(KEPT, token.value.trim());
    token.value = "";
    door.hidden = true;
    show("Choose a query and press Run (Ctrl+Enter).", false);
    await open();
  };
  enter.addEventListener("click", come);
  token.addEventListener("keydown", (event) => {
    if (event.key === "Enter") come();
  });

  const show = (text, failed) => {
    result.textContent = text;
    result.classList.toggle("failed", failed);
  };

  const ask = async () => {
    let given;
    try {
      given = JSON.parse(variables.value.trim() || "{}");
    } catch (error) {
      show(`The variables are not JSON: ${error.message}`, true);
      return;
    }
    run.disabled = true;
    status.textContent = "asking ...";
    const begin = performance.now();
    try {
      const { code, text } = await send({ query: query.value, variables: given });
      if (code === 401) {
        status.textContent = "a token is needed";
        return;
      }
      const took = (performance.now() - begin).toFixed(0);
      const parsed = JSON.parse(text);
      show(JSON.stringify(parsed, null, 2), code >= 400 || "errors" in parsed);
      status.textContent = `${code}, ${took} ms, ${text.length.toLocaleString("en")} characters`;
      const kept = new URLSearchParams({ query: query.value, variables: variables.value });
      history.replaceState(null, "", `#${kept}`);
    } catch (error) {
      show(`No answer: ${error.message}`, true);
      status.textContent = "failed";
    } finally {
      run.disabled = false;
    }
  };
  run.addEventListener("click", ask);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.preventDefault();
      ask();
    }
  });

  // The schema, from introspection.
  const INTROSPECTION = `{ __schema { queryType { name } types {
    kind name description
    fields(includeDeprecated: true) { name description args { name description defaultValue
      type { ...T } } type { ...T } }
    inputFields { name description type { ...T } }
    enumValues(includeDeprecated: true) { name description }
    possibleTypes { name }
  } } }
  fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

  let types = new Map();
  let top = "Query";

  const written = (type) => {
    if (type.kind === "NON_NULL") return `${written(type.ofType)}!`;
    if (type.kind === "LIST") return `[${written(type.ofType)}]`;
    return type.name;
  };
  const named = (type) => (type.ofType ? named(type.ofType) : type.name);
  const link = (type) => {
    const name = named(type);
    const made = element("a", written(type), { href: "#" });
    made.addEventListener("click", (event) => {
      event.preventDefault();
      byId("search").value = "";
      draw([name]);
    });
    return made;
  };
  const member = (one) => {
    const item = element("li");
    const code = element("code", one.name);
    if (one.args && one.args.length) {
      code.append("(");
      one.args.forEach((arg, at) => {
        code.append(`${at ? ", " : ""}${arg.name}: `, link(arg.type));
        if (arg.defaultValue !== null) code.append(` = ${arg.defaultValue}`);
      });
      code.append(")");
    }
    if (one.type) code.append(": ", link(one.type));
    item.append(code);
    if (one.description) item.append(element("p", one.description));
    return item;
  };
  const draw = (names, only) => {
    docs.replaceChildren();
    if (!names.length) docs.append(element("p", "Nothing of that name."));
    for (const name of names) {
      const type = types.get(name);
      if (!type) continue;
      const head = element("h2", type.name);
      head.append(element("span", ` ${type.kind.toLowerCase().replace("_", " ")}`,
        { className: "kind" }));
      docs.append(head);
      if (type.description) docs.append(element("p", type.description));
      const list = element("ul");
      const members = type.fields || type.inputFields || type.enumValues || [];
      for (const one of members) {
        if (!only || only(type, one)) list.append(member(one));
      }
      for (const one of type.kind === "UNION" || type.kind === "INTERFACE"
        ? type.possibleTypes || [] : []) {
        const item = element("li");
        item.append(link({ name: one.name, kind: "OBJECT" }));
        list.append(item);
      }
      docs.append(list);
    }
    docs.scrollTop = 0;
  };
  const search = () => {
    const text = byId("search").value.trim().toLowerCase();
    if (!text) { draw([top]); return; }
    const has = (name) => name.toLowerCase().includes(text);
    const members = (type) => type.fields || type.inputFields || type.enumValues || [];
    const found = [...types.values()]
      .filter((type) => has(type.name) || members(type).some((one) => has(one.name)))
      .sort((a, b) => has(b.name) - has(a.name) || a.name.localeCompare(b.name));
    draw(found.slice(0, 60).map((type) => type.name),
      (type, one) => has(type.name) || has(one.name));
  };
  byId("search").addEventListener("input", search);
  const open = async () => {
    try {
      const { code, text } = await send({ query: INTROSPECTION });
      if (code === 401) return;
      const { data, errors } = JSON.parse(text);
      if (errors) throw new Error(errors[0].message);
      const schema = data.__schema;
      top = schema.queryType.name;
      types = new Map(schema.types.filter((type) => !type.name.startsWith("__"))
        .map((type) => [type.name, type]));
      search();
    } catch (error) {
      docs.replaceChildren(element("p", `No schema: ${error.message}`));
      return;
    }
    if (!sessionStorage.getItem(KEPT)) return;
    // With a token the page knows keys that exist: take the published queries of that page.
    const page = await fetch("/graphql", { headers: { Accept: "text/html", ...authorization() } });
    const found = new DOMParser().parseFromString(await page.text(), "text/html");
    const own = menu.value;
    const untouched = published.some((one) => one.query === query.value
      && JSON.stringify(one.variables, null, 2) === variables.value);
    published = JSON.parse(found.getElementById("published").textContent);
    list();
    menu.value = own;
    if (untouched) choose(own);
  };
  open();
})();
