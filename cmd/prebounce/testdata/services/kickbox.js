const { addresses, key, tell, until } = require("./common");
const client = require("kickbox").client(key, { base: process.env.BASE });

const verify = (client, address) => new Promise((done) => client.kickbox().verify(address, { timeout: 30000 },
  (err, answer) => done(err ? { error: err.message } : answer.body)));
const send = (method, path, body, headers) => new Promise((done, fail) => client.httpClient[method](path, body,
  { headers }, (err, answer) => (err ? fail(err) : done(answer.body))));

(async () => {
  const single = {}, bulk = {};
  for (const a of addresses) {
    const v = await verify(client, a);
    single[a] = [v.result, v.reason, v.success].join(" ");
  }
  const list = "name,email\n" + addresses.map((a, i) => i + "," + JSON.stringify(a)).join("\n") + "\n";
  const { id } = await send("put", "/verify-batch", list, { "content-type": "text/csv", "x-kickbox-filename": "may.csv" });
  const job = await until(() => send("get", "/verify-batch/" + id, {}), (j) => j.status === "completed", (j) => j.status === "failed");
  const csv = await send("get", new URL(job.download_url).pathname.replace("/v2", ""), {});
  for (const line of csv.trim().split("\n").slice(1)) {
    const cells = line.split(",");
    bulk[addresses[cells[0]]] = cells[2] + " " + cells[3] + " true";
  }
  const wrong = await verify(require("kickbox").client("wrong", { base: process.env.BASE }), addresses[0]);
  tell({ single, bulk, wrong: wrong.error, stats: job.stats, name: job.name });
})();
