// What people use who do without a swarm: a copy on the same machine, rsync, and a web server. None of them checks
// against a published digest, and the server sends everything once to each receiver.

import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { COMPLETE, staying } from "../peer.ts";
import { type Contestant, missingProgram, type Scene, type Served, UNSHAPED } from "./contestant.ts";
import { listens } from "./listening.ts";

/** Transfers of one curl at a time. */
const TRANSFERS = 16;

const saysComplete = (line: string) => line === COMPLETE;

export const cp: Contestant = {
  name: "cp",
  workloads: UNSHAPED,
  missing: () => missingProgram(["cp", "--version"], "coreutils"),
  serve: ({ start, source }) =>
    Promise.resolve({
      saysComplete,
      receive: (place, folder) => start(staying(["cp", "-r", source, folder]), place),
    }),
};

export const rsync: Contestant = {
  name: "rsync",
  workloads: UNSHAPED,
  missing: () => missingProgram(["rsync", "--version"], "rsync"),
  async serve(scene: Scene): Promise<Served> {
    const { address, port } = scene.sender;
    const config = join(scene.scratch, "rsyncd.conf");
    const asRoot = process.getuid?.() === 0 ? ["uid = root", "gid = root"] : [];
    const lines = ["use chroot = no", ...asRoot, "[library]", `path = ${dirname(scene.source)}`];
    await writeFile(config, `${lines.join("\n")}\n`);
    const daemon = ["--daemon", "--no-detach", `--address=${address}`, `--port=${port}`, `--config=${config}`];
    const sender = scene.start(["rsync", ...daemon], scene.sender);
    await listens(sender, port);
    const from = `rsync://${address}:${port}/library/${scene.workload.name}`;
    return {
      sender,
      saysComplete,
      receive: (place, folder) => scene.start(staying(["rsync", "-rt", "--whole-file", from, `${folder}/`]), place),
    };
  },
};

export const curl: Contestant = {
  name: "curl",
  workloads: UNSHAPED,
  missing: () => missingProgram(["nginx", "-v"], "nginx") ?? missingProgram(["curl", "--version"], "curl"),
  async serve(scene: Scene): Promise<Served> {
    const { address, port } = scene.sender;
    const config = join(scene.scratch, "nginx.conf");
    await writeFile(config, nginxConfig(scene));
    const sender = scene.start(["nginx", "-p", scene.scratch, "-c", config], scene.sender);
    await listens(sender, port);
    const wishes = scene.workload.files.map(([path]) => {
      const file = `${scene.workload.name}/${path}`;
      return `url = "http://${address}:${port}/${file}"\noutput = "${file}"\n`;
    });
    const list = join(scene.scratch, "curl.list");
    await writeFile(list, wishes.join(""));
    const parallel = ["--parallel", "--parallel-max", String(TRANSFERS)];
    return {
      sender,
      saysComplete,
      receive: (place, folder) => {
        const command = ["curl", "-sf", ...parallel, "--create-dirs", "--output-dir", folder, "-K", list];
        return scene.start(staying(command), place);
      },
    };
  },
};

/** As one would set it up for this: no log, sendfile, connections that stay. */
function nginxConfig({ scratch, source, sender }: Scene): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${scratch}/nginx-${kind};`,
  );
  return `daemon off; master_process off; pid ${scratch}/nginx.pid; error_log ${scratch}/nginx.errors; user root;
events { worker_connections 1024; }
http {
  ${temporary.join(" ")}
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=20000;
  server { listen ${sender.address}:${sender.port}; root ${dirname(source)}; }
}
`;
}
