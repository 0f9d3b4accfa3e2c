// What pages load beside themselves, all of it from the tracker: each under an address that names its content, so that a
// browser may keep it for ever and a new version is a new address.

import { sha256 } from "../digest.ts";
import { ICON } from "./icon.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

export interface Asset {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  /** Start of the content's SHA-256, in hexadecimal. */
  readonly digest: string;
  readonly path: string;
}

export const ASSETS = {
  style: asset("style.css", "text/css; charset=utf-8", STYLE),
  script: asset("script.js", "text/javascript; charset=utf-8", SCRIPT),
  icon: asset("icon.svg", "image/svg+xml", ICON),
} as const;

function asset(name: string, type: string, content: string): Asset {
  const digest = sha256(content).slice(0, 16);
  return { name, type, content, digest, path: `/assets/${digest}/${name}` };
}
