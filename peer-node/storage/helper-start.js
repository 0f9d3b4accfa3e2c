// What a helping thread starts with. JavaScript for the reason that the command's own first file is: what is loaded
// behind the compile cache is read as it was compiled before, and Node's compiler for TypeScript stays away.

import { enableCompileCache } from "node:module";
import { workerData } from "node:worker_threads";

enableCompileCache();
await import(workerData.code);
