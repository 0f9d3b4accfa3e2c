// The events of `--json` as data. They are types and leave nothing at run time, so their source is read.

import { parseSync } from "vite";

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Fields of each event of the interface CommandEvents in `source`; one that may be absent ends in `?`. */
export function commandEvents(source: string): ReadonlyMap<string, readonly string[]> {
  const events = new Map<string, Node>();
  for (const member of membersOf(interfaceOf(source))) events.set(nameOf(member), typeOf(member));
  return new Map([...events].map(([name, type]) => [name, fieldsOf(type, events)]));
}

function interfaceOf(source: string): Node {
  const { program } = parseSync("events.ts", source);
  const declared = (program.body as unknown as Node[]).flatMap(({ declaration }) => (declaration as Node | null) ?? []);
  const found = declared.find(
    (node) => node.type === "TSInterfaceDeclaration" && nameIn(node["id"]) === "CommandEvents",
  );
  if (found === undefined) throw new Error("There is no interface CommandEvents");
  return found["body"] as Node;
}

function fieldsOf(type: Node, events: ReadonlyMap<string, Node>): readonly string[] {
  switch (type.type) {
    case "TSTypeLiteral":
      return membersOf(type).map((member) => `${nameOf(member)}${member["optional"] === true ? "?" : ""}`);
    case "TSIntersectionType":
      return (type["types"] as Node[]).flatMap((part) => fieldsOf(part, events));
    case "TSIndexedAccessType":
      return fieldsOf(eventNamed((type["indexType"] as Node)["literal"] as Node, events), events);
    // Readonly<Record<never, never>>: no field at all.
    case "TSTypeReference":
      return [];
    default:
      throw new Error(`The fields of an event cannot be read from a ${type.type}`);
  }
}

function eventNamed({ value }: Node, events: ReadonlyMap<string, Node>): Node {
  const type = events.get(String(value));
  if (type === undefined) throw new Error(`There is no event ${String(value)}`);
  return type;
}

/** Members of an interface's body or of a type written out. */
function membersOf(node: Node): readonly Node[] {
  return (node["members"] ?? node["body"]) as Node[];
}

function nameOf(member: Node): string {
  return nameIn(member["key"]);
}

function nameIn(identifier: unknown): string {
  return String((identifier as Node)["name"]);
}

function typeOf(member: Node): Node {
  return (member["typeAnnotation"] as Node)["typeAnnotation"] as Node;
}
