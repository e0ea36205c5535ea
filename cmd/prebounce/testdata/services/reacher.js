const { addresses, key, tell, until } = require("./common");
const { checkSingle, batchQueue } = require("@reacherhq/api");
const axios = require(require.resolve("axios", { paths: [require.resolve("@reacherhq/api")] }));
const backendUrl = process.env.BASE + "/v0/check_email";

(async () => {
  const single = {}, bulk = {}, queued = {};
  for (const a of addresses) single[a] = (await checkSingle({ to_email: a }, { apiToken: key, backendUrl })).is_reachable;
  const q = batchQueue({ apiToken: key, backendUrl, concurrency: 4, onSuccessSingle: (v) => { queued[v.input] = v.is_reachable; } });
  q.push(addresses.map((to_email) => ({ to_email })));
  await q.drain();
  const send = (method, path, data) => axios({ method, url: process.env.BASE + path, data,
    headers: { "x-reacher-secret": key } }).then((a) => a.data);
  const { job_id } = await send("post", "/v1/bulk", { input: addresses });
  const job = await until(() => send("get", "/v1/bulk/" + job_id), (j) => j.job_status === "Completed", (j) => j.job_status === "Failed");
  for (const v of (await send("get", "/v1/bulk/" + job_id + "/results")).results) bulk[v.input] = v.is_reachable;
  const wrong = await checkSingle({ to_email: addresses[0] }, { apiToken: "wrong", backendUrl }).catch((e) => e.response.status);
  tell({ single, bulk, queued, wrong, summary: job.summary, records: job.total_records });
})();
