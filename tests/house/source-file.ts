// What the house reads in one source file: its imports of every kind, and the names of the world that it mentions.

import { posix } from "node:path";
import { parseSync } from "vite";

export interface Import {
  /** As written: "./ids.ts", "node:fs", "valibot". Undefined when it is computed at run time. */
  readonly specifier: string | undefined;
  /** The imported file, from the root of the checkout; undefined for a package. */
  readonly file: string | undefined;
  /** True when nothing of it is left once the types are stripped. */
  readonly typesOnly: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Mentions of clock, chance, network and process, as `Date.now` or `fetch`, each once. */
  readonly worldly: readonly string[];
}

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

const WORLDLY_GLOBALS = new Set([
  "Buffer",
  "clearInterval",
  "clearTimeout",
  "fetch",
  "globalThis",
  "performance",
  "process",
  "queueMicrotask",
  "setImmediate",
  "setInterval",
  "setTimeout",
]);

const WORLDLY_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Date: ["now"],
  Math: ["random"],
  crypto: ["getRandomValues", "randomUUID"],
};

/** @throws SyntaxError when the source cannot be parsed: what cannot be read cannot be vouched for */
export function readSourceFile(path: string, source: string): SourceFile {
  const { program, errors } = parseSync(path, source);
  if (errors[0] !== undefined) throw new SyntaxError(`${path} cannot be parsed: ${errors[0].message}`);
  const imports: Import[] = [];
  const worldly = new Set<string>();
  for (const { node, parent, key } of walk(program as unknown as Node)) {
    const found = importOf(path, node);
    if (found !== undefined) imports.push(found);
    const name = worldlyName(node, parent, key);
    if (name !== undefined) worldly.add(name);
  }
  return { path, lines: source.split("\n").length - (source.endsWith("\n") ? 1 : 0), imports, worldly: [...worldly] };
}

interface Visit {
  readonly node: Node;
  readonly parent: Node | undefined;
  /** The parent's field that holds the node. */
  readonly key: string;
}

function* walk(node: Node, parent?: Node, key = ""): Generator<Visit> {
  yield { node, parent, key };
  for (const [field, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* walk(child, node, field);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function importOf(path: string, node: Node): Import | undefined {
  switch (node.type) {
    case "ImportDeclaration":
      return resolveImport(path, node["source"], node["importKind"] === "type" || allTypes(node, "importKind"));
    case "ExportAllDeclaration":
      return resolveImport(path, node["source"], node["exportKind"] === "type");
    case "ExportNamedDeclaration":
      if (!isNode(node["source"])) return undefined;
      return resolveImport(path, node["source"], node["exportKind"] === "type" || allTypes(node, "exportKind"));
    case "ImportExpression":
      return resolveImport(path, node["source"], false);
    case "TSImportType":
      return resolveImport(path, node["source"], true);
    default:
      return undefined;
  }
}

/** True for `import { type A, type B } from ...`. */
function allTypes(node: Node, kind: "importKind" | "exportKind"): boolean {
  const specifiers = node["specifiers"];
  if (!Array.isArray(specifiers) || specifiers.length === 0) return false;
  return specifiers.every((specifier) => isNode(specifier) && specifier[kind] === "type");
}

function resolveImport(path: string, source: unknown, typesOnly: boolean): Import {
  const specifier = isNode(source) && typeof source["value"] === "string" ? source["value"] : undefined;
  const file = specifier?.startsWith(".") ? posix.join(posix.dirname(path), specifier) : undefined;
  return { specifier, file, typesOnly };
}

function worldlyName(node: Node, parent: Node | undefined, key: string): string | undefined {
  switch (node.type) {
    case "Identifier": {
      const isProperty = (key === "property" || key === "key") && parent?.["computed"] !== true;
      return !isProperty && WORLDLY_GLOBALS.has(nameOf(node)) ? nameOf(node) : undefined;
    }
    case "MemberExpression":
      return worldlyMember(nameOf(node["object"]), node["property"]);
    case "VariableDeclarator":
      return worldlyDestructuring(node);
    case "NewExpression":
    case "CallExpression": {
      const readsClock = Array.isArray(node["arguments"]) && node["arguments"].length === 0;
      return nameOf(node["callee"]) === "Date" && readsClock ? "new Date()" : undefined;
    }
    default:
      return undefined;
  }
}

/** `Math.random` and `Math["random"]`. */
function worldlyMember(object: string, property: unknown): string | undefined {
  const name = nameOf(property) || (isNode(property) && property.type === "Literal" ? String(property["value"]) : "");
  return WORLDLY_MEMBERS[object]?.includes(name) ? `${object}.${name}` : undefined;
}

/** `const { random } = Math`. */
function worldlyDestructuring(node: Node): string | undefined {
  const pattern = node["id"];
  if (!isNode(pattern) || !Array.isArray(pattern["properties"])) return undefined;
  const keys = pattern["properties"].filter(isNode).map((property) => property["key"]);
  return keys.map((key) => worldlyMember(nameOf(node["init"]), key)).find((name) => name !== undefined);
}

function nameOf(node: unknown): string {
  return isNode(node) && node.type === "Identifier" && typeof node["name"] === "string" ? node["name"] : "";
}
