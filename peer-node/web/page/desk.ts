// What every component is handed: the process, its live state, and the pictures in memory.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { LocalClient } from "../api/client.ts";
import type { Live } from "./live.ts";
import type { Pictures } from "./pictures.ts";

export interface Desk {
  readonly client: LocalClient;
  readonly live: Live;
  readonly pictures: Pictures;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === undefined) throw new Error("The page's components stand below its desk");
  return desk;
}
